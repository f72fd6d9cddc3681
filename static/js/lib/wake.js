// Noticing that the device slept: its wall clock went on while the monotonic one, or the page's timers, stood still.

const GAP = 3000;

export class SleepWatch {
  #monotonic;
  #wall;
  #ahead;

  /** `monotonic` and `wall` give milliseconds. */
  constructor(monotonic, wall) {
    this.#monotonic = monotonic;
    this.#wall = wall;
    this.#ahead = wall() - monotonic();
  }

  /** True when the two clocks have parted since the last question: a reason to ask the server, and nothing more. */
  hasParted() {
    const ahead = this.#wall() - this.#monotonic();
    const parted = Math.abs(ahead - this.#ahead) > GAP;
    this.#ahead = ahead;
    return parted;
  }
}
