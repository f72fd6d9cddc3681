// Sends what a SaveQueue holds: one request at a time, at once after a choice, again after a growing pause when it
// failed, until the attempt is over or no longer this browser's.

import { PREDICTION } from "./save-queue.js";
import { nextDelay } from "./schedule.js";

// With the spread of a half, the first pause is about a second and the longest one half a minute.
const INTERVAL = 500;
const LONGEST_PAUSE = 20_000;
const OTHERS_TURN = 5000;

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
  #mayHurry = true;
  #writing = Promise.resolve();
  #waiting = [];
  #wakeUp = () => {};

  /** Why nothing is sent any more: "closed", "submitted", "unknown" (not this browser's); null while it goes on. */
  stopped = null;
  /** What the last request came to, for the page's words: "" | "offline" (no answer) | "failing" (another answer). */
  trouble = "";
  /** How many tries in a row have failed. */
  get failures() {
    return this.#failures;
  }

  /** How many choices came too late and were kept by the server as evidence. */
  late = 0;

  /**
   * `send(items)` and `submit(lastRev)` give {status, body, retryAfterMs}; status 0 = no answer came.
   * `listener`: changed(), told(body) for every 200, stored(items), replaced(items) when newer answers came back,
   * refused(item, body).
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

  /** A choice was made on the page: it is written down here first, and sent then. Returns its item. */
  choose(key, value) {
    const item = this.#queue.choose(key, value);
    this.#writing = Promise.all([this.#writing, this.#journal.put(item)]);
    this.#listener.changed();
    // During a pause it waits for the others: a server in trouble is not asked once for every click.
    if (!this.trouble) this.#run();
    return item;
  }

  /** Try now, whatever the pause was: the connection may be back. Only a pause that the server asked for is kept. */
  wake() {
    if (!this.#mayHurry) return;
    this.#wakeUp();
    this.#run();
  }

  /** Another page of this browser is about to send what waits here: try only if it does not. */
  wakeLater() {
    if (!this.trouble) this.#plan(OTHERS_TURN);
  }

  /** Hear from the server although nothing waits: how much time is left, and whether the paper is still open. */
  async ask() {
    if (this.#running || this.stopped || this.#queue.unsent.length) return;
    this.#running = true;
    const { status, body } = await this.#send([]);
    this.#running = false;
    if (status === 200) this.#listener.told(body);
    else this.#isOver(status, body);
    this.#listener.changed();
    this.#run();
  }

  /** Resolves true once everything is stored, false as soon as a try fails or sending has stopped. */
  flush() {
    if (this.stopped || !this.#queue.unsent.length) return Promise.resolve(!this.stopped);
    if (!this.#mayHurry) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#run();
    });
  }

  /**
   * Store everything, then submit, trying for as long as it takes; resolves with `stopped`. `isOver()` is asked before
   * the submission: false ends it all (there is time again), null means that nobody knows yet.
   */
  async finish(isOver = async () => true) {
    for (let tries = 1; !this.stopped; tries += 1) {
      let retryAfterMs = 0;
      if (await this.flush()) {
        const over = await isOver();
        if (over === false) break;
        if (over) retryAfterMs = this.#heedSubmission(await this.#submit(this.#queue.lastRev));
      }
      if (!this.stopped) await this.#nap(this.#pause(tries, retryAfterMs));
    }
    return this.stopped;
  }

  async #nap(delayMs) {
    await new Promise((resolve) => {
      this.#wakeUp = resolve;
      this.#timers.set(resolve, delayMs);
    });
    this.#mayHurry = true;
  }

  async #run() {
    if (this.#running || this.stopped) return;
    this.#running = true;
    this.#timers.clear(this.#timer);
    let done = true;
    while (done) {
      // Whatever is sent has been written down; nothing may come between the last look and the taking.
      for (let writing = null; writing !== this.#writing; await writing) writing = this.#writing;
      const batch = this.#queue.take();
      if (!batch) break;
      done = await this.#heed(batch, await this.#send(batch));
      this.#listener.changed();
    }
    this.#running = false;
    if (this.late && done) this.#stop("closed");
    for (const resolve of this.#waiting.splice(0)) resolve(done && !this.stopped);
  }

  /** True when the next batch may follow at once. */
  async #heed(batch, { status, body, retryAfterMs }) {
    this.#mayHurry = true;
    if (status === 200) {
      this.#trouble(0);
      const replaced = this.#queue.acknowledge(batch, body.stale);
      await this.#journal.remove(batch);
      this.#listener.told(body);
      this.#listener.stored(batch.filter(({ key }) => !body.stale.some((item) => item.key === key)));
      if (replaced.length) this.#listener.replaced(replaced);
      return true;
    }
    if (status === 409 && body.kept_as_evidence && batch.length) {
      this.#trouble(0);
      this.late += batch.length;
      await this.#giveUp(batch);
      return true;
    }
    this.#queue.release();
    if (this.#isOver(status, body)) return false;
    const bad = status === 422 && badItem(batch, body);
    if (bad) {
      await this.#giveUp([bad]);
      this.#listener.refused(bad, body);
      return true;
    }
    this.#trouble(this.#failures + 1, status);
    this.#mayHurry = retryAfterMs === 0;
    this.#plan(this.#pause(this.#failures, retryAfterMs));
    return false;
  }

  #plan(delayMs) {
    this.#timers.clear(this.#timer);
    this.#timer = this.#timers.set(() => this.#run(), delayMs);
  }

  /** These are no longer the page's to send: stored as late, or never to be stored. */
  #giveUp(items) {
    this.#queue.release();
    for (const item of items) this.#queue.drop(item);
    return this.#journal.remove(items);
  }

  /** How long the server wants to be left alone, in milliseconds. */
  #heedSubmission({ status, body, retryAfterMs }) {
    this.#mayHurry = !retryAfterMs;
    if (status === 200) this.#stop("submitted");
    else if (status === 409 && body.code === "answers_missing") this.#queue.resendAfter(body.have_rev);
    else if (!this.#isOver(status, body)) this.#trouble(this.#failures + 1, status);
    return retryAfterMs;
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
