import assert from "node:assert/strict";
import test from "node:test";

import { SleepWatch } from "../../static/js/lib/wake.js";

test("a device that slept is noticed once, by how far its clocks parted", () => {
  const clocks = { monotonic: 0, wall: 1_700_000_000_000 };
  const watch = new SleepWatch(() => clocks.monotonic, () => clocks.wall);
  const pass = (monotonic, wall) => ((clocks.monotonic += monotonic), (clocks.wall += wall), watch.hasParted());
  assert.equal(pass(5000, 5000), false);
  assert.equal(pass(5000, 5200), false, "timers are never exact");
  assert.equal(pass(1000, 600_000), true);
  assert.equal(pass(5000, 5000), false);
  assert.equal(pass(5000, -86_400_000), true, "a clock that was set is no reason to trust either");
});
