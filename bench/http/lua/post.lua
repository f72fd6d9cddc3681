-- The floor's POST: a body as long as a save's.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"batch":[{"question":"do-tai/do-123","options":["A"],"rev":10000123},'
  .. '{"question":"do-tai/do-321","options":["B"],"rev":10000123}]}'
