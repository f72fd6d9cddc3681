-- Sends the prepared requests of a file one after the other: FILE FIRST COUNT again|once [MEAN_DELAY_MS [HEADER]].
-- "once": each line is used once; when none is left, what is asked for is not there, and the answer is an error.

local requests, at, again = {}, 0, false

function init(args)
  local first, count = tonumber(args[2]), tonumber(args[3])
  again = args[4] == "again"
  local number = 0
  for line in io.lines(args[1]) do
    number = number + 1
    if number > first and number <= first + count then
      local method, path, cookie, csrf, body = line:match("^(.-)\t(.-)\t(.-)\t(.-)\t(.*)$")
      local headers = { ["Host"] = wrk.headers["Host"] }
      if cookie ~= "" then headers["Cookie"] = cookie end
      if csrf ~= "" then
        headers["X-CSRF-Token"] = csrf
        headers["Content-Type"] = "application/json"
      end
      if args[6] then
        local name, value = args[6]:match("^(.-): (.*)$")
        headers[name] = value
      end
      requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
    end
  end
  local mean = tonumber(args[5] or "0")
  if mean > 0 then
    math.randomseed(os.time())
    function delay() return math.floor(-mean * math.log(1 - math.random())) end
  end
end

function request()
  at = at + 1
  if at > #requests and again then at = 1 end
  return requests[at] or wrk.format("GET", "/nobody-is-left")
end
