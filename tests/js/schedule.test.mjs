import assert from "node:assert/strict";
import test from "node:test";

import { nextDelay, retryAfter } from "../../static/js/lib/schedule.js";

const intervalMs = 10_000;

test("without failures the interval, give or take a tenth", () => {
  assert.equal(nextDelay({ intervalMs, random: 0 }), 9_000);
  assert.equal(nextDelay({ intervalMs, random: 0.5 }), 10_000);
  assert.ok(nextDelay({ intervalMs, random: 0.999 }) <= 11_000);
});

test("failures double it up to five minutes, spread by a half", () => {
  assert.equal(nextDelay({ intervalMs, failures: 1, random: 0.5 }), 20_000);
  assert.equal(nextDelay({ intervalMs, failures: 3, random: 0 }), 40_000);
  assert.equal(nextDelay({ intervalMs, failures: 30, random: 0.5 }), 300_000);
});

test("a long interval is not shortened by failing", () => {
  assert.equal(nextDelay({ intervalMs: 600_000, failures: 2, random: 0.5 }), 600_000);
});

test("the server's Retry-After is the least", () => {
  assert.equal(nextDelay({ intervalMs, retryAfterMs: 60_000, random: 0.5 }), 60_000);
  assert.equal(retryAfter("30"), 30_000);
  assert.equal(retryAfter("Wed, 21 Oct 2026 07:28:00 GMT"), 0);
  assert.equal(retryAfter(null), 0);
});
