import assert from "node:assert/strict";
import test from "node:test";

import { Journal, StorageShelf } from "../../static/js/lib/journal.js";
import { PREDICTION, SaveQueue } from "../../static/js/lib/save-queue.js";
import { Saver } from "../../static/js/lib/saver.js";
import { FakeServer, FakeStorage, seeded, VirtualTime } from "./virtual-time.mjs";

const NO_ANSWER = { status: 0, body: {}, retryAfterMs: 0 };

/** A page of an attempt: queue, journal and saver on a `network(call)` that may lose, delay or refuse. */
async function openPage({ time, server, storage = new FakeStorage(), network = (call) => call(), random = () => 0.5, slowness = 0 }) {
  const shelf = new StorageShelf(storage, "mai", "one");
  const journal = new Journal(slowness ? slow(shelf, time, slowness) : shelf);
  const stored = [...server.stored.values()];
  const queue = new SaveQueue(stored, Math.max(0, ...stored.map((item) => item.rev)));
  const heard = { replaced: [], refused: [], stored: [], told: 0, sent: 0 };
  const saver = new Saver({
    queue,
    journal,
    send: async (items) => {
      heard.sent += 1;
      return network(() => server.save(items));
    },
    submit: async (lastRev) => network(() => server.submit(lastRev)),
    listener: {
      changed() {},
      told: () => (heard.told += 1),
      stored: (items) => heard.stored.push(...items),
      replaced: (items) => heard.replaced.push(...items),
      refused: (item) => heard.refused.push(item),
    },
    timers: time,
    random,
  });
  for (const item of await journal.list()) if (!queue.adopt(item)) journal.remove([item]);
  saver.wake();
  return { queue, journal, saver, storage, heard };
}

/** A shelf on a slow disk. */
function slow(shelf, time, delayMs) {
  return {
    list: () => shelf.list(),
    put: async (item) => (await time.wait(delayMs), shelf.put(item)),
    remove: (item) => shelf.remove(item),
  };
}

/** Loses requests and answers, repeats requests, delays both ways, and says "busy" now and then. */
function badNetwork(time, random) {
  return async (call) => {
    await time.wait(random() * 3000);
    if (random() < 0.15) return NO_ANSWER; // never arrived
    if (random() < 0.1) return { status: 503, body: {}, retryAfterMs: 2000 };
    if (random() < 0.15) time.set(call, random() * 30_000); // a copy arrives much later
    const answer = call();
    await time.wait(random() * 3000);
    return random() < 0.15 ? NO_ANSWER : answer; // it did arrive, but nobody heard so
  };
}

test("a choice goes out at once, and what follows meanwhile goes together", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  const page = await openPage({ time, server, network: async (call) => (await time.wait(100), call()) });
  page.saver.choose("b/1", ["A"]);
  await time.run(50);
  assert.equal(page.heard.sent, 1);
  for (const number of [2, 3]) page.saver.choose(`b/${number}`, ["A"]);
  await time.run();
  assert.equal(page.heard.sent, 2);
  assert.equal(page.queue.saved, 3);
  assert.equal((await page.journal.list()).length, 0);
});

test("nothing is sent before it is written down on the device", async () => {
  const [time, server, storage] = [new VirtualTime(), new FakeServer(), new FakeStorage()];
  const onDisk = [];
  const network = async (call) => (onDisk.push(storage.length), await time.wait(40), call());
  const page = await openPage({ time, server, storage, network, slowness: 100 });
  page.saver.choose("b/1", ["A"]);
  await time.run(99);
  assert.deepEqual(onDisk, []);
  page.saver.choose("b/2", ["A"]);
  await time.run();
  assert.deepEqual(onDisk, [2], "the second choice, made meanwhile, is waited for as well");
  assert.equal(page.queue.saved, 2);
});

test("without a connection choices are kept, tries slow down, and everything is sent on return", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  let online = false;
  const tries = [];
  const page = await openPage({ time, server, network: async (call) => (tries.push(time.now), online ? call() : NO_ANSWER) });
  page.saver.choose("b/1", ["A"]);
  await time.run(10_000);
  page.saver.choose("b/2", ["B"]);
  await time.run(120_000);
  assert.equal(page.saver.trouble, "offline");
  assert.deepEqual(tries.slice(0, 5), [0, 1000, 3000, 7000, 15_000], "a choice during a pause does not hurry");
  assert.ok(tries.every((at, index) => index === 0 || at - tries[index - 1] <= 30_000));
  assert.equal((await page.journal.list()).length, 2);
  online = true;
  page.saver.wake();
  await time.run();
  assert.equal(page.saver.trouble, "");
  assert.deepEqual([...server.stored.keys()].sort(), ["b/1", "b/2"]);
  assert.equal((await page.journal.list()).length, 0);
});

test("the server's Retry-After is respected, whatever wakes the page or the person wants", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  const tries = [];
  const busy = { status: 503, body: {}, retryAfterMs: 9000 };
  const page = await openPage({ time, server, network: async (call) => (tries.push(time.now), tries.length === 1 ? busy : call()) });
  page.saver.choose("b/1", ["A"]);
  await time.run(1);
  assert.equal(page.saver.trouble, "failing");
  page.saver.wake();
  assert.equal(await page.saver.flush(), false);
  await time.run();
  assert.deepEqual(tries, [0, 9000]);
});

test("a submission waits as long as the server says", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  const tries = [];
  const busy = { status: 503, body: {}, retryAfterMs: 7000 };
  const page = await openPage({ time, server, network: async (call) => (tries.push(time.now), tries.length === 1 ? busy : call()) });
  const end = page.saver.finish();
  await time.run(1);
  page.saver.wake();
  await time.run();
  assert.equal(await end, "submitted");
  assert.deepEqual(tries, [0, 7000]);
});

test("after a crash the next page sends what the last one could not", async () => {
  const [time, server, storage] = [new VirtualTime(), new FakeServer(), new FakeStorage()];
  const page = await openPage({ time, server, storage, network: async () => new Promise(() => {}) });
  page.saver.choose("b/1", ["A"]);
  page.saver.choose("b/1", ["B"]);
  page.saver.choose(PREDICTION, "3200");
  const next = await openPage({ time, server, storage });
  await time.run();
  assert.deepEqual(server.stored.get("b/1").value, ["B"]);
  assert.equal(server.stored.get(PREDICTION).value, "3200");
  assert.equal((await next.journal.list()).length, 0);
});

test("an item that is refused is given up, the others of its batch are stored", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  server.refuses.add('"abc"');
  server.save = ((save) => (items) => {
    const answer = save(items);
    return answer.status === 422 ? { status: 422, body: { code: "prediction_invalid" } } : answer;
  })(server.save);
  const page = await openPage({ time, server, network: async (call) => (await time.wait(10), call()) });
  page.saver.choose("b/1", ["A"]);
  page.saver.choose(PREDICTION, "abc");
  page.saver.choose("b/2", ["B"]);
  await time.run();
  assert.deepEqual(page.heard.refused.map(({ key }) => key), [PREDICTION]);
  assert.deepEqual([...server.stored.keys()].sort(), ["b/1", "b/2"]);
  assert.equal((await page.journal.list()).length, 0);
});

test("a 422 that names nothing is tried again with pauses, not at once", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  const page = await openPage({ time, server, network: async () => ({ status: 422, body: {}, retryAfterMs: 0 }) });
  page.saver.choose("b/1", ["A"]);
  await time.run(3500);
  assert.equal(page.heard.sent, 3);
  assert.equal(page.saver.trouble, "failing");
});

test("a closed attempt ends the sending; what it did not take stays written down", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  const page = await openPage({ time, server });
  server.closed = true;
  page.saver.choose("b/1", ["A"]);
  await time.run();
  assert.equal(page.saver.stopped, "closed");
  assert.equal(page.saver.late, 0);
  assert.deepEqual(page.queue.unsent.map(({ key }) => key), ["b/1"]);
  assert.equal((await page.journal.list()).length, 1);
  assert.equal(await page.saver.flush(), false);
});

test("what comes too late is all sent, once, and forgotten only because the server keeps it", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  let online = false;
  const page = await openPage({ time, server, network: async (call) => (online ? call() : NO_ANSWER) });
  for (let number = 1; number <= 30; number += 1) page.saver.choose(`b/${number}`, ["A"]);
  const end = page.saver.finish();
  await time.run(60_000);
  assert.equal((await page.journal.list()).length, 30);
  [online, server.closed, server.keepsLate] = [true, true, true];
  page.saver.wake();
  await time.run();
  assert.equal(await end, "closed");
  assert.equal(page.saver.late, 30);
  assert.equal(server.evidence.length, 30);
  assert.equal(server.stored.size, 0);
  assert.deepEqual(page.queue.unsent, []);
  assert.deepEqual(await page.journal.list(), []);
});

test("a silent page asks, and learns that its paper was submitted elsewhere", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  const page = await openPage({ time, server });
  await page.saver.ask();
  assert.equal(page.heard.told, 1);
  assert.equal(page.saver.stopped, null);
  server.closed = true;
  await page.saver.ask();
  assert.equal(page.saver.stopped, "closed");
});

test("asking without an answer is no trouble: nothing waits", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  const page = await openPage({ time, server, network: async () => NO_ANSWER });
  await page.saver.ask();
  assert.equal(page.saver.trouble, "");
  assert.equal(page.saver.stopped, null);
});

test("what another tab chose is sent by that tab; by this one only if the other does not", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  const page = await openPage({ time, server });
  const item = { key: "b/1", value: ["A"], rev: 1 };
  page.queue.adopt(item);
  page.saver.wakeLater();
  page.queue.hear(item); // the other tab says that it is stored
  await time.run();
  assert.equal(page.heard.sent, 0);
  page.queue.adopt({ ...item, rev: 2 });
  page.saver.wakeLater();
  await time.run();
  assert.equal(page.heard.sent, 1);
  assert.equal(server.stored.get("b/1").rev, 2);
});

test("other tabs hear what the server took, not what it replaced", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  const page = await openPage({ time, server, network: async (call) => (await time.wait(10), call()) });
  server.stored.set("b/1", { key: "b/1", value: ["D"], rev: 9 });
  page.saver.choose("b/1", ["A"]);
  page.saver.choose("b/2", ["B"]);
  await time.run();
  assert.deepEqual(page.heard.stored.map(({ key }) => key), ["b/2"]);
  assert.deepEqual(page.heard.replaced.map(({ key, value }) => [key, value]), [["b/1", ["D"]]]);
});

test("a paper whose time only seemed to be over is not submitted", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  const page = await openPage({ time, server });
  const answers = [null, null, false];
  const end = page.saver.finish(async () => answers.shift());
  await time.run();
  assert.equal(await end, null);
  assert.equal(server.receipts, 0);
});

test("a browser that may not act any more keeps its choices for the one that may", async () => {
  for (const status of [401, 403, 404]) {
    const [time, server] = [new VirtualTime(), new FakeServer()];
    const page = await openPage({ time, server, network: async () => ({ status, body: {}, retryAfterMs: 0 }) });
    page.saver.choose("b/1", ["A"]);
    await time.run();
    assert.equal(page.saver.stopped, "unknown");
    assert.equal((await page.journal.list()).length, 1);
  }
});

test("flush waits for everything, and gives up at the first failure", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  let online = false;
  const page = await openPage({ time, server, network: async (call) => (await time.wait(50), online ? call() : NO_ANSWER) });
  page.saver.choose("b/1", ["A"]);
  const early = page.saver.flush();
  await time.run(60);
  assert.equal(await early, false);
  online = true;
  const late = page.saver.flush();
  page.saver.choose("b/2", ["B"]);
  await time.run();
  assert.equal(await late, true);
  assert.equal(server.stored.size, 2);
});

test("finish stores, submits, and sends again what the server lost in between", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  const page = await openPage({ time, server });
  page.saver.choose("b/1", ["A"]);
  page.saver.choose("b/2", ["B"]);
  await time.run();
  server.stored.delete("b/2");
  const end = page.saver.finish();
  await time.run();
  assert.equal(await end, "submitted");
  assert.deepEqual([...server.stored.keys()].sort(), ["b/1", "b/2"]);
  assert.equal(server.receipts, 1);
});

test("a submission that failed is tried again as soon as the connection is back", async () => {
  const [time, server] = [new VirtualTime(), new FakeServer()];
  let online = false;
  const page = await openPage({ time, server, network: async (call) => (online ? call() : NO_ANSWER) });
  const end = page.saver.finish();
  await time.run(40_000);
  assert.equal(page.saver.trouble, "offline");
  online = true;
  const before = time.now;
  page.saver.wake();
  await time.run(before);
  assert.equal(await end, "submitted");
});

test("whatever a bad network does, the last choice of every question is what is stored", async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const [time, server, random, storage] = [new VirtualTime(), new FakeServer(), seeded(seed), new FakeStorage()];
    const network = badNetwork(time, random);
    let page = await openPage({ time, server, storage, network, random });
    const last = new Map();
    for (let step = 0; step < 40; step += 1) {
      const key = `b/${Math.floor(random() * 8)}`;
      const value = [["A", "B", "C", "D"][Math.floor(random() * 4)]];
      page.saver.choose(key, value);
      last.set(key, value);
      await time.run(time.now + random() * 4000);
      // Now and then the page is reloaded: a new one, of which the old one knows nothing.
      if (random() < 0.05) page = await openPage({ time, server, storage, network, random });
    }
    const end = page.saver.finish();
    await time.run();
    assert.ok(["submitted", "closed"].includes(await end), `seed ${seed}`);
    const stored = new Map([...server.stored].map(([key, item]) => [key, item.value]));
    assert.deepEqual([...stored].sort(), [...last].sort(), `seed ${seed}`);
  }
});

test("two devices end with the server's answers, the highest revision of each question", async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const [time, server, random] = [new VirtualTime(), new FakeServer(), seeded(seed)];
    const network = badNetwork(time, random);
    const pages = [await openPage({ time, server, network, random }), await openPage({ time, server, network, random })];
    const highest = new Map();
    for (let step = 0; step < 40; step += 1) {
      const page = pages[Math.floor(random() * 2)];
      const key = `b/${Math.floor(random() * 5)}`;
      page.saver.choose(key, [["A", "B", "C", "D"][Math.floor(random() * 4)]]);
      highest.set(key, Math.max(highest.get(key) ?? 0, page.queue.rev));
      await time.run(time.now + random() * 4000);
    }
    await time.run();
    for (const [key, rev] of highest) assert.equal(server.stored.get(key).rev, rev, `seed ${seed}`);
    for (const { queue } of pages) {
      assert.equal(queue.unsent.length, 0, `seed ${seed}`);
      for (const item of server.stored.values()) queue.hear(item);
      for (const [key, item] of server.stored) assert.deepEqual(queue.valueOf(key), item.value, `seed ${seed}`);
    }
  }
});
