// Learns soon, and for little, that organizers have changed a paper's time. What is asked all the time is the round's
// public time, the same for everybody and kept by caches; only when its version is a new one is the own time asked for.

import { nextDelay } from "./schedule.js";

// With a second in each of two caches and the spread, a new end is known within 15 seconds.
const INTERVAL = 7000;
const LONGEST = 60_000;
// Everybody hears of the same change.
const SPREAD = 4000;

export class TimeWatch {
  #look;
  #ask;
  #isSeen;
  #timers;
  #now;
  #random;
  #known = 0; // the version of times that were never changed
  #asked = 0;
  #failures = 0;
  #due;

  /**
   * `look(signal)` gives the version of the round's times, or rejects; `ask()` sends for the own time, and whoever gets
   * the answer calls `heard()`. `isSeen()`: whether anybody would notice. `timers`: {set} like setTimeout; `now` is a
   * monotonic clock; `random` gives numbers in [0, 1).
   */
  constructor({ look, ask, isSeen, timers, now, random }) {
    this.#look = look;
    this.#ask = ask;
    this.#isSeen = isSeen;
    this.#timers = timers;
    this.#now = now;
    this.#random = random;
    this.#putOff();
    this.#wait();
  }

  /** The server has told the own time, for whatever reason. */
  heard() {
    this.#known = this.#asked;
    this.#failures = 0;
    this.#putOff();
  }

  /** True when times were changed since the own time was asked for last. Rejects when nothing is heard. */
  async hasNews(signal) {
    const version = await this.#look(signal);
    if (version === this.#known) return false;
    this.#asked = version;
    return true;
  }

  #putOff() {
    this.#due = this.#now() + nextDelay({
      intervalMs: INTERVAL, failures: this.#failures, longestMs: LONGEST, random: this.#random(),
    });
  }

  #wait() {
    this.#timers.set(() => this.#watch(), Math.max(0, this.#due - this.#now()));
  }

  async #watch() {
    if (this.#now() >= this.#due) {
      if (this.#isSeen()) await this.#lookOnce();
      this.#putOff();
    }
    this.#wait();
  }

  async #lookOnce() {
    try {
      if (await this.hasNews()) this.#timers.set(() => this.#ask(), this.#random() * SPREAD);
      this.#failures = 0;
    } catch {
      this.#failures += 1;
    }
  }
}
