import assert from "node:assert/strict";
import test from "node:test";

import { forgetCopies, forgetCopy, keepCopy, readCopy, remainingByCopy } from "../../static/js/lib/paper-copy.js";
import { FakeDevice } from "./virtual-time.mjs";

const copy = { items: [{ key: "b/1", value: ["A"], rev: 2 }], remainingMs: 60_000, atMs: 1_000_000 };

/** The Cache API, as far as copies use it. */
function fakeCaches(...names) {
  const kept = new Set(names);
  return { kept, keys: async () => [...kept], delete: async (name) => kept.delete(name) };
}

test("the time left goes on by the difference of two readings of the clock", () => {
  assert.equal(remainingByCopy(copy, 1_010_000), 50_000);
  assert.equal(remainingByCopy(copy, 2_000_000), 0);
});

test("a clock that was set back gives no more time than there was", () => {
  assert.equal(remainingByCopy(copy, 500_000), 60_000);
});

test("a copy is read by its own person and attempt alone", async () => {
  const device = new FakeDevice();
  await keepCopy(device, "mai", "one", copy);
  assert.equal((await readCopy(device, "mai", "one")).remainingMs, 60_000);
  assert.equal(await readCopy(device, "nam", "one"), null);
  assert.equal(await readCopy(device, "mai", "two"), null);
});

test("a paper that begins, or a person who leaves, takes the others' copies away and nothing else", async () => {
  const [device, caches] = [new FakeDevice(), fakeCaches("paper:one", "paper:two", "another's")];
  for (const attempt of ["one", "two"]) await keepCopy(device, "mai", attempt, copy);
  await device.put("journal", { owner: "mai", attempt: "two", key: "b/1", value: ["A"], rev: 1 });
  await forgetCopies(device, caches, "one");
  assert.deepEqual([...caches.kept], ["paper:one", "another's"]);
  assert.equal(await readCopy(device, "mai", "two"), null);
  assert.ok(await readCopy(device, "mai", "one"));
  await forgetCopies(device, caches);
  assert.deepEqual([...caches.kept], ["another's"]);
  assert.equal((await device.list("journal", "mai", "two")).length, 1);
});

test("a finished paper takes its own copy away", async () => {
  const [device, caches] = [new FakeDevice(), fakeCaches("paper:one", "paper:two")];
  for (const attempt of ["one", "two"]) await keepCopy(device, "mai", attempt, copy);
  await forgetCopy(device, caches, "mai", "one");
  assert.deepEqual([...caches.kept], ["paper:two"]);
  assert.equal(await readCopy(device, "mai", "one"), null);
  assert.ok(await readCopy(device, "mai", "two"));
});

test("a browser without a database or caches has nothing to forget", async () => {
  await keepCopy(null, "mai", "one", copy);
  assert.equal(await readCopy(null, "mai", "one"), null);
  await forgetCopies(null, undefined);
  await forgetCopy(null, undefined, "mai", "one");
});
