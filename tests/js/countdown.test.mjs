import assert from "node:assert/strict";
import test from "node:test";

import {
  crossedThreshold, formatRemaining, isSoon, remainingAt, startAt, untilNextText, wasExtended,
} from "../../static/js/lib/countdown.js";

const MINUTE = 60_000;

test("time left runs down with the monotonic clock and stops at nothing", () => {
  const sync = startAt(10 * MINUTE, 5_000);
  assert.equal(remainingAt(sync, 5_000), 10 * MINUTE);
  assert.equal(remainingAt(sync, 65_000), 9 * MINUTE);
  assert.equal(remainingAt(sync, 5_000 + 11 * MINUTE), 0);
});

test("a new word of the server replaces what was counted, in either direction", () => {
  assert.equal(remainingAt(startAt(3 * MINUTE, 100_000), 100_500), 3 * MINUTE - 500);
  assert.equal(remainingAt(startAt(8 * MINUTE, 100_000), 100_000), 8 * MINUTE);
});

test("a minute more is told from clocks that differ, also when nothing seemed to be left", () => {
  const sync = startAt(5 * MINUTE, 0);
  assert.equal(wasExtended(sync, 5 * MINUTE, MINUTE), true);
  assert.equal(wasExtended(sync, 4 * MINUTE + 900, MINUTE), false);
  assert.equal(wasExtended(sync, 2 * MINUTE, MINUTE), false);
  assert.equal(wasExtended(sync, MINUTE, 5 * MINUTE + 2_000), true);
  assert.equal(wasExtended(sync, 0, 9 * MINUTE), false);
});

test("minutes and seconds, hours only when there are any, a begun second as whole", () => {
  assert.equal(formatRemaining(10 * MINUTE), "10:00");
  assert.equal(formatRemaining(9 * MINUTE + 57_001), "9:58");
  assert.equal(formatRemaining(62 * MINUTE + 3_000), "1:02:03");
  assert.equal(formatRemaining(1), "0:01");
  assert.equal(formatRemaining(0), "0:00");
});

test("the text changes exactly when untilNextText says", () => {
  for (const ms of [600_000, 599_999, 1_500, 1_000, 999, 1]) {
    const wait = untilNextText(ms);
    assert.notEqual(formatRemaining(ms), formatRemaining(ms - wait), `after the wait, from ${ms}`);
    if (wait > 1) assert.equal(formatRemaining(ms), formatRemaining(ms - wait + 1), `before the wait, from ${ms}`);
  }
  assert.equal(untilNextText(0), null);
});

test("each threshold is said once, the lowest one after a long sleep", () => {
  assert.equal(crossedThreshold(10 * MINUTE + 1, 10 * MINUTE), 10);
  assert.equal(crossedThreshold(10 * MINUTE, 10 * MINUTE - 1000), null);
  assert.equal(crossedThreshold(12 * MINUTE, 4 * MINUTE), 5);
  assert.equal(crossedThreshold(12 * MINUTE, 0), 1);
  assert.equal(crossedThreshold(4 * MINUTE, 8 * MINUTE), null);
});

test("soon is the last minute", () => {
  assert.equal(isSoon(MINUTE + 1), false);
  assert.equal(isSoon(MINUTE), true);
});
