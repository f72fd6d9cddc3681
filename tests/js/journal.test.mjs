import assert from "node:assert/strict";
import test from "node:test";

import { Journal } from "../../static/js/lib/journal.js";
import { FakeStorage } from "./virtual-time.mjs";

const item = (key, value, rev) => ({ key, value, rev });

test("what was put is there after a reload, for its own attempt only", () => {
  const storage = new FakeStorage();
  new Journal(storage, "one").put(item("b/1", ["A"], 1));
  new Journal(storage, "two").put(item("b/1", ["B"], 1));
  assert.deepEqual(new Journal(storage, "one").list(), [item("b/1", ["A"], 1)]);
});

test("the newest choice of a question stays, whichever tab writes last", () => {
  const journal = new Journal(new FakeStorage(), "one");
  journal.put(item("b/1", ["B"], 5));
  journal.put(item("b/1", ["A"], 4));
  assert.deepEqual(journal.list(), [item("b/1", ["B"], 5)]);
});

test("a confirmation forgets what it confirms and nothing newer", () => {
  const journal = new Journal(new FakeStorage(), "one");
  journal.put(item("b/1", ["B"], 5));
  journal.remove(item("b/1", ["A"], 4));
  assert.equal(journal.list().length, 1);
  journal.remove(item("b/1", ["B"], 5));
  assert.equal(journal.list().length, 0);
});

test("clearing takes this attempt's entries alone", () => {
  const storage = new FakeStorage();
  storage.setItem("theme", "dark");
  const [one, two] = [new Journal(storage, "one"), new Journal(storage, "two")];
  one.put(item("b/1", ["A"], 1));
  one.put(item("b/2", ["A"], 2));
  two.put(item("b/1", ["A"], 1));
  one.clear();
  assert.equal(one.list().length, 0);
  assert.equal(two.list().length, 1);
  assert.equal(storage.getItem("theme"), "dark");
});

test("entries that nobody of us wrote are passed over", () => {
  const storage = new FakeStorage();
  storage.setItem("paper:one:b/1", "no JSON");
  storage.setItem("paper:one:b/2", JSON.stringify(item("b/other", ["A"], 1)));
  storage.setItem("paper:one:b/3", JSON.stringify(item("b/3", ["A"], "1")));
  const journal = new Journal(storage, "one");
  assert.deepEqual(journal.list(), []);
  assert.equal(journal.parse(null, null), null, "another tab cleared its storage");
});

test("a browser that keeps nothing does not stop anything", () => {
  const full = { length: 0, getItem: () => null, setItem() { throw new Error("full"); } };
  for (const storage of [null, full]) {
    const journal = new Journal(storage, "one");
    journal.put(item("b/1", ["A"], 1));
    assert.deepEqual(journal.list(), []);
    journal.clear();
  }
});
