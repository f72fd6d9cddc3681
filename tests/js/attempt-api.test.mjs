import assert from "node:assert/strict";
import test from "node:test";

import { attemptApi, itemsOf } from "../../static/js/lib/attempt-api.js";
import { PREDICTION } from "../../static/js/lib/save-queue.js";

/** Run `act` with a fetch that gives `answer` (or throws it) and keeps what it was asked. */
async function withFetch(answer, act) {
  const real = globalThis.fetch;
  const asked = [];
  globalThis.fetch = async (url, options) => {
    asked.push({ url, ...options, body: options.body && JSON.parse(options.body) });
    if (answer instanceof Error) throw answer;
    return answer;
  };
  try {
    return { result: await act(attemptApi("/api/v1/attempts/one", "token")), asked };
  } finally {
    globalThis.fetch = real;
  }
}

const answered = (status, body, headers = {}) => new Response(JSON.stringify(body), { status, headers });

test("choices and the guess go out as the contract says", async () => {
  const items = [
    { key: "b/1", value: ["A"], rev: 1 },
    { key: PREDICTION, value: "3.200", rev: 2 },
    { key: "b/2", value: [], rev: 3 },
  ];
  const { asked } = await withFetch(answered(200, { saved: [], stale: [] }), (api) => api.save(items));
  assert.equal(asked[0].url, "/api/v1/attempts/one/answers");
  assert.equal(asked[0].method, "PUT");
  assert.equal(asked[0].headers["X-CSRF-Token"], "token");
  assert.deepEqual(asked[0].body, {
    batch: [
      { question: "b/1", options: ["A"], rev: 1 },
      { question: "b/2", options: [], rev: 3 },
    ],
    prediction: { value: "3.200", rev: 2 },
  });
});

test("without a guess none is sent", async () => {
  const { asked } = await withFetch(answered(200, { stale: [] }), (api) => api.save([{ key: "b/1", value: ["A"], rev: 1 }]));
  assert.deepEqual(Object.keys(asked[0].body), ["batch"]);
});

test("what is kept instead comes back as items, the guess in the server's writing", async () => {
  const body = { stale: [{ question: "b/1", options: ["B"], rev: 7 }], prediction: { value: 3200, rev: 2 }, remaining_ms: 5 };
  const { result } = await withFetch(answered(200, body), (api) => api.save([]));
  assert.equal(result.body.remaining_ms, 5);
  assert.deepEqual(result.body.stale, [
    { key: "b/1", value: ["B"], rev: 7 },
    { key: PREDICTION, value: "3200", rev: 2 },
  ]);
});

test("an attempt's answers are read as items", () => {
  assert.deepEqual(itemsOf({ answers: [{ question: "b/1", options: ["A", "C"], rev: 4 }], prediction: null }), [
    { key: "b/1", value: ["A", "C"], rev: 4 },
  ]);
});

test("a refusal comes with its code and how long to wait", async () => {
  const busy = answered(503, { code: "unavailable" }, { "Retry-After": "3" });
  const { result } = await withFetch(busy, (api) => api.submit(9));
  assert.deepEqual(result, { status: 503, body: { code: "unavailable" }, retryAfterMs: 3000 });
});

test("no answer, or one that is no JSON, is no error of the page", async () => {
  const lost = await withFetch(new TypeError("network"), (api) => api.read());
  assert.deepEqual(lost.result, { status: 0, body: {}, retryAfterMs: 0 });
  const proxy = await withFetch(new Response("<h1>Bad gateway</h1>", { status: 502 }), (api) => api.save([]));
  assert.deepEqual(proxy.result, { status: 502, body: {}, retryAfterMs: 0 });
});

test("a page that goes away asks the browser to finish sending", async () => {
  const { asked } = await withFetch(answered(200, {}), (api) => api.saveOnLeaving([{ key: "b/1", value: ["A"], rev: 1 }]));
  assert.equal(asked[0].keepalive, true);
  assert.equal(asked[0].signal, undefined);
});
