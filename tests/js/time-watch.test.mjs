import assert from "node:assert/strict";
import test from "node:test";

import { TimeWatch } from "../../static/js/lib/time-watch.js";
import { seeded, VirtualTime } from "./virtual-time.mjs";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A page that sits, a round whose times can be changed, and a server that tells a page its own time at once. */
class Scene {
  time = new VirtualTime();
  version = 0;
  looks = [];
  asks = [];
  isAway = false;
  isSeen = true;
  isHeard = true;

  constructor(seed = 1) {
    this.watch = new TimeWatch({
      look: async () => {
        this.looks.push(this.time.now);
        if (this.isAway) throw new Error("away");
        return this.version;
      },
      ask: () => {
        this.asks.push(this.time.now);
        if (this.isHeard) this.watch.heard();
      },
      isSeen: () => this.isSeen,
      timers: this.time,
      now: () => this.time.now,
      random: seeded(seed),
    });
  }
}

test("a change is asked about once, in time, and not by everybody at the same moment", async () => {
  const asked = [];
  for (let seed = 1; seed <= 200; seed += 1) {
    const scene = new Scene(seed);
    await scene.time.run(MINUTE);
    scene.version = 1;
    await scene.time.run(5 * MINUTE);
    assert.equal(scene.asks.length, 1);
    asked.push(scene.asks[0] - MINUTE);
  }
  // Two caches may add a second each.
  assert.ok(Math.max(...asked) <= 13 * SECOND, `${Math.max(...asked)}`);
  assert.ok(Math.max(...asked) - Math.min(...asked) > 6 * SECOND);
});

test("as long as nothing changes, the own time is never asked for", async () => {
  const scene = new Scene();
  await scene.time.run(10 * MINUTE);
  assert.deepEqual(scene.asks, []);
  assert.ok(scene.looks.length >= 75 && scene.looks.length <= 96, `${scene.looks.length}`);
});

test("a change before the page was made is asked about as well", async () => {
  const scene = new Scene();
  scene.version = 3;
  await scene.time.run(5 * MINUTE);
  assert.equal(scene.asks.length, 1);
});

test("whoever hears of the own time anyway does not look", async () => {
  const scene = new Scene();
  for (let second = 5; second <= 300; second += 5) {
    await scene.time.run(second * SECOND);
    scene.watch.heard();
  }
  assert.deepEqual(scene.looks, []);
  scene.version = 1;
  await scene.time.run(315 * SECOND);
  assert.equal(scene.asks.length, 1);
});

test("an answer that does not come is asked for again", async () => {
  const scene = new Scene();
  scene.isHeard = false;
  scene.version = 1;
  await scene.time.run(MINUTE);
  const before = scene.asks.length;
  assert.ok(before >= 4, `${before}`);
  scene.isHeard = true;
  await scene.time.run(5 * MINUTE);
  assert.ok(scene.asks.length <= before + 2, `${scene.asks.length}`);
});

test("a server that is away is asked less and less, and heard again when it is back", async () => {
  const scene = new Scene();
  scene.isAway = true;
  await scene.time.run(10 * MINUTE);
  assert.ok(scene.looks.length <= 25, `${scene.looks.length}`);
  scene.isAway = false;
  scene.version = 1;
  await scene.time.run(12 * MINUTE);
  assert.equal(scene.asks.length, 1);
});

test("a page that nobody sees does not look, but hears the last word", async () => {
  const scene = new Scene();
  scene.isSeen = false;
  await scene.time.run(5 * MINUTE);
  assert.deepEqual(scene.looks, []);
  assert.equal(await scene.watch.hasNews(), false);
  scene.version = 1;
  assert.equal(await scene.watch.hasNews(), true);
  assert.equal(await scene.watch.hasNews(), true, "until the own time was told");
  scene.watch.heard();
  assert.equal(await scene.watch.hasNews(), false);
});
