import assert from "node:assert/strict";
import test from "node:test";

import { PREDICTION, SaveQueue } from "../../static/js/lib/save-queue.js";

const item = (key, value, rev) => ({ key, value, rev });

test("revisions begin above everything the page knows and grow with each choice", () => {
  const queue = new SaveQueue([item("b/1", ["A"], 3)], 7);
  assert.equal(queue.choose("b/2", ["C"]).rev, 8);
  assert.equal(queue.choose("b/1", ["B"]).rev, 9);
  assert.equal(queue.rev, 9);
  assert.equal(queue.lastRev, 3, "only what the server confirmed");
});

test("one request at a time, the latest choice of each question, oldest revision first", () => {
  const queue = new SaveQueue();
  queue.choose("b/1", ["A"]);
  queue.choose("b/2", ["B"]);
  queue.choose("b/1", ["C"]);
  const batch = queue.take();
  assert.deepEqual(batch, [item("b/2", ["B"], 2), item("b/1", ["C"], 3)]);
  assert.equal(queue.take(), null, "a request is under way");
  queue.choose("b/3", ["D"]);
  queue.acknowledge(batch);
  assert.deepEqual(queue.take(), [item("b/3", ["D"], 4)]);
});

test("a long batch is cut into small ones, lower revisions always first", () => {
  const queue = new SaveQueue();
  for (let number = 1; number <= 50; number += 1) queue.choose(`b/${number}`, ["A"]);
  const sent = [];
  for (let batch = queue.take(); batch; batch = queue.take()) {
    assert.ok(batch.length <= 20);
    sent.push(...batch);
    queue.acknowledge(batch);
  }
  assert.deepEqual(sent.map(({ rev }) => rev), Array.from({ length: 50 }, (_, index) => index + 1));
  assert.equal(queue.stored.length, 50);
});

test("what was chosen while a request was under way is not taken as stored", () => {
  const queue = new SaveQueue();
  queue.choose("b/1", ["A"]);
  const batch = queue.take();
  queue.choose("b/1", ["B"]);
  queue.acknowledge(batch);
  assert.equal(queue.stateOf("b/1"), "unsaved");
  assert.equal(queue.saved, 0);
  assert.deepEqual(queue.take(), [item("b/1", ["B"], 2)]);
});

test("after a failure the same items go again with the same revisions", () => {
  const queue = new SaveQueue();
  queue.choose("b/1", ["A"]);
  const batch = queue.take();
  queue.release();
  assert.deepEqual(queue.take(), batch);
});

test("only answers count as saved: no guess, no choice taken back, nothing that is still on its way", () => {
  const queue = new SaveQueue([item("b/1", ["A"], 1), item("b/2", [], 2), item(PREDICTION, "3200", 3)]);
  assert.equal(queue.saved, 1);
  assert.equal(queue.stateOf("b/2"), "");
  queue.choose("b/1", ["B"]);
  assert.equal(queue.saved, 0);
});

test("a newer answer from elsewhere comes back, is shown, and later choices stand above it", () => {
  const queue = new SaveQueue();
  queue.choose("b/1", ["A"]);
  const theirs = item("b/1", ["D"], 40);
  assert.deepEqual(queue.acknowledge(queue.take(), [theirs]), [theirs]);
  assert.deepEqual(queue.valueOf("b/1"), ["D"]);
  assert.equal(queue.choose("b/1", ["A"]).rev, 41);
});

test("an equal revision with another choice lost; the same choice from elsewhere is no news", () => {
  const queue = new SaveQueue();
  queue.choose("b/1", ["A"]);
  queue.choose("b/2", ["B"]);
  const shown = queue.acknowledge(queue.take(), [item("b/1", ["C"], 1), item("b/2", ["B"], 9)]);
  assert.deepEqual(shown, [item("b/1", ["C"], 1)]);
  assert.equal(queue.unsent.length, 0);
});

test("a choice made meanwhile stays above an older answer that comes back", () => {
  const queue = new SaveQueue();
  queue.choose("b/1", ["A"]);
  const batch = queue.take();
  queue.choose("b/1", ["B"]);
  assert.deepEqual(queue.acknowledge(batch, [item("b/1", ["C"], 1)]), []);
  assert.deepEqual(queue.valueOf("b/1"), ["B"]);
});

test("journalled items take part only when they are newer than what the server keeps", () => {
  const queue = new SaveQueue([item("b/1", ["A"], 5)], 9);
  assert.equal(queue.adopt(item("b/1", ["B"], 4)), false);
  assert.equal(queue.adopt(item("b/1", ["B"], 5)), false, "lost, or stored already");
  assert.equal(queue.adopt(item("b/2", ["C"], 6)), true, "below the attempt's highest, but the newest of its question");
  assert.deepEqual(queue.take(), [item("b/2", ["C"], 6)]);
});

test("what the server will never take is given up; what it keeps stands again", () => {
  const queue = new SaveQueue([item("b/1", ["A"], 1)]);
  const bad = queue.choose("b/1", ["?"]);
  queue.choose("b/2", ["B"]);
  queue.take();
  queue.release();
  queue.drop(bad);
  assert.deepEqual(queue.valueOf("b/1"), ["A"]);
  assert.deepEqual(queue.unsent.map(({ key }) => key), ["b/2"]);
});

test("when the server lost confirmed answers they go out again", () => {
  const queue = new SaveQueue([item("b/1", ["A"], 1)], 1);
  queue.choose("b/2", ["B"]);
  queue.choose("b/3", ["C"]);
  queue.acknowledge(queue.take());
  queue.resendAfter(1);
  assert.deepEqual(queue.take(), [item("b/2", ["B"], 2), item("b/3", ["C"], 3)]);
});
