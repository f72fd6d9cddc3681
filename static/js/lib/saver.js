// Sends what a SaveQueue holds: one request at a time, at once after a choice, again after a growing pause when it
// failed, until the attempt is over or no longer this browser's.

import { PREDICTION } from "./save-queue.js";
import { nextDelay } from "./schedule.js";

// With the spread of a half, the first pause is about a second and the longest one half a minute.
const INTERVAL = 500;
const LONGEST_PAUSE = 20_000;

export class Saver {
  #queue;
  #journal;
  #send;
  #submit;
  #listener;
  #timers;
  #random;
  #running = false;
  #failures = 0;
  #timer;
  #waiting = [];
  #wakeUp = () => {};

  /** Why nothing is sent any more: "closed", "submitted", "unknown" (not this browser's); null while it goes on. */
  stopped = null;
  /** What the last request came to, for the page's words: "" | "offline" (no answer) | "failing" (another answer). */
  trouble = "";

  /**
   * `send(items)` and `submit(lastRev)` give {status, body, retryAfterMs}; status 0 = no answer came.
   * `listener`: changed(), told(body) for every 200, replaced(items) when newer answers came back, refused(item, body).
   * `timers`: {set, clear} like setTimeout and clearTimeout; `random` gives numbers in [0, 1).
   */
  constructor({ queue, journal, send, submit, listener, timers, random }) {
    this.#queue = queue;
    this.#journal = journal;
    this.#send = send;
    this.#submit = submit;
    this.#listener = listener;
    this.#timers = timers;
    this.#random = random;
  }

  /** A choice was made on the page. */
  choose(key, value) {
    this.#journal.put(this.#queue.choose(key, value));
    this.#listener.changed();
    // During a pause it waits for the others: a server in trouble is not asked once for every click.
    if (!this.trouble) this.#run();
  }

  /** Try now, whatever the pause was: the connection may be back. */
  wake() {
    this.#wakeUp();
    this.#run();
  }

  /** Resolves true once everything is stored, false as soon as a try fails or sending has stopped. */
  flush() {
    if (this.stopped || !this.#queue.unsent.length) return Promise.resolve(!this.stopped);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#run();
    });
  }

  /** Store everything, then submit, trying for as long as it takes; resolves with `stopped`. */
  async finish() {
    for (let tries = 1; !this.stopped; tries += 1) {
      if (await this.flush()) this.#heedSubmission(await this.#submit(this.#queue.lastRev));
      if (!this.stopped) await this.#nap(this.#pause(tries, 0));
    }
    return this.stopped;
  }

  #nap(delayMs) {
    return new Promise((resolve) => {
      this.#wakeUp = resolve;
      this.#timers.set(resolve, delayMs);
    });
  }

  async #run() {
    if (this.#running || this.stopped) return;
    this.#running = true;
    this.#timers.clear(this.#timer);
    let done = true;
    for (let batch = this.#queue.take(); batch && done; batch = done && this.#queue.take()) {
      done = this.#heed(batch, await this.#send(batch));
      this.#listener.changed();
    }
    this.#running = false;
    for (const resolve of this.#waiting.splice(0)) resolve(done);
  }

  /** True when the next batch may follow at once. */
  #heed(batch, { status, body, retryAfterMs }) {
    if (status === 200) {
      this.#trouble(0);
      const replaced = this.#queue.acknowledge(batch, body.stale);
      for (const item of batch) this.#journal.remove(item);
      this.#listener.told(body);
      if (replaced.length) this.#listener.replaced(replaced);
      return true;
    }
    this.#queue.release();
    if (this.#isOver(status, body)) return false;
    const bad = status === 422 && badItem(batch, body);
    if (bad) {
      this.#queue.drop(bad);
      this.#journal.remove(bad);
      this.#listener.refused(bad, body);
      return true;
    }
    this.#trouble(this.#failures + 1, status);
    this.#timer = this.#timers.set(() => this.#run(), this.#pause(this.#failures, retryAfterMs));
    return false;
  }

  #heedSubmission({ status, body }) {
    if (status === 200) this.#stop("submitted");
    else if (status === 409 && body.code === "answers_missing") this.#queue.resendAfter(body.have_rev);
    else if (!this.#isOver(status, body)) this.#trouble(this.#failures + 1, status);
  }

  #isOver(status, body) {
    if (status === 409 && body.code === "attempt_closed") this.#stop("closed");
    // 403: the page's token belongs to a session that is no more.
    if (status === 401 || status === 403 || status === 404) this.#stop("unknown");
    return this.stopped !== null;
  }

  #stop(reason) {
    this.stopped = reason;
    this.#trouble(0);
  }

  #trouble(failures, status) {
    this.#failures = failures;
    this.trouble = failures === 0 ? "" : status === 0 ? "offline" : "failing";
    this.#listener.changed();
  }

  #pause(failures, retryAfterMs = 0) {
    const random = this.#random();
    return nextDelay({ intervalMs: INTERVAL, failures, longestMs: LONGEST_PAUSE, retryAfterMs, random });
  }
}

/** The item of `batch` that a 422 names; undefined when it names none. */
function badItem(batch, body) {
  const key = body.code?.startsWith(PREDICTION) ? PREDICTION : body.question;
  return batch.find((item) => item.key === key);
}
