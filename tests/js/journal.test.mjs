import assert from "node:assert/strict";
import test from "node:test";

import { Journal, openJournal, StorageShelf } from "../../static/js/lib/journal.js";
import { FakeDevice, FakeStorage } from "./virtual-time.mjs";

const item = (key, value, rev) => ({ key, value, rev });

/** The journal of a person and attempt, in a database or in localStorage. */
const KINDS = {
  database: (places, owner, attempt) => openJournal(places, owner, attempt),
  storage: (places, owner, attempt) => openJournal({ ...places, device: null }, owner, attempt),
};

for (const [kind, open] of Object.entries(KINDS)) {
  const places = () => ({ device: new FakeDevice(), storage: new FakeStorage() });

  test(`${kind}: what was put is there after a reload, for its own person and attempt only`, async () => {
    const here = places();
    await (await open(here, "mai", "one")).put(item("b/1", ["A"], 1));
    await (await open(here, "mai", "two")).put(item("b/1", ["B"], 1));
    await (await open(here, "nam", "one")).put(item("b/1", ["C"], 1));
    assert.deepEqual(await (await open(here, "mai", "one")).list(), [item("b/1", ["A"], 1)]);
  });

  test(`${kind}: the newest choice of a question stays, whichever tab writes last`, async () => {
    const journal = await open(places(), "mai", "one");
    await journal.put(item("b/1", ["B"], 5));
    await journal.put(item("b/1", ["A"], 4));
    assert.deepEqual(await journal.list(), [item("b/1", ["B"], 5)]);
  });

  test(`${kind}: an acknowledgement forgets what it is about and nothing newer, of this journal alone`, async () => {
    const here = places();
    const [journal, other] = [await open(here, "mai", "one"), await open(here, "nam", "one")];
    for (const one of [journal, other]) await one.put(item("b/1", ["B"], 5));
    await journal.remove([item("b/1", ["A"], 4)]);
    assert.equal((await journal.list()).length, 1);
    await journal.remove([item("b/1", ["B"], 5)]);
    assert.equal((await journal.list()).length, 0);
    assert.equal((await other.list()).length, 1);
    assert.ok(journal.keeps);
  });
}

test("what a visit without a database kept is taken over by one that has it", async () => {
  const [device, storage] = [new FakeDevice(), new FakeStorage()];
  storage.setItem("theme", "dark");
  await (await openJournal({ device: null, storage }, "mai", "one")).put(item("b/1", ["A"], 3));
  const journal = await openJournal({ device, storage }, "mai", "one");
  assert.deepEqual(await journal.list(), [item("b/1", ["A"], 3)]);
  assert.equal(storage.length, 1);
});

test("entries that nobody of us wrote are passed over", async () => {
  const storage = new FakeStorage();
  storage.setItem("paper:mai:one:b/1", "no JSON");
  storage.setItem("paper:mai:one:b/2", JSON.stringify(item("b/other", ["A"], 1)));
  storage.setItem("paper:mai:one:b/3", JSON.stringify(item("b/3", ["A"], "1")));
  assert.deepEqual(await new StorageShelf(storage, "mai", "one").list(), []);
});

test("a browser that keeps nothing stops nothing, and the journal says so", async () => {
  const full = { length: 0, key: () => null, getItem: () => null, setItem() { throw new Error("full"); } };
  for (const storage of [null, full]) {
    const journal = await openJournal({ device: null, storage }, "mai", "one");
    await journal.put(item("b/1", ["A"], 1));
    assert.deepEqual(await journal.list(), []);
    assert.equal(journal.keeps, false);
  }
});

test("once nothing is kept, no choice waits for it to be", async () => {
  const journal = new Journal({ put: () => new Promise(() => {}), list: () => Promise.reject(new Error("gone")) });
  await journal.list();
  await journal.put(item("b/1", ["A"], 1));
});
