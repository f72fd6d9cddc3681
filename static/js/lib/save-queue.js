// Choices on their way to the server: the latest one of each question until the server has it. Pure: no clock, no
// network, no page. Each choice gets a revision above all that are known here, and for each question the server keeps
// the highest one: sending again, in another order, or not knowing what became of a request does no harm.
//
// An item is {key, value, rev}. key: a question's ref; value: its option keys, sorted. Or key: PREDICTION; value: the
// guess as typed.

export const PREDICTION = "prediction";

// Small enough that one gets through between two tunnels.
const MAX_BATCH = 20;

const same = (one, other) => JSON.stringify(one ?? []) === JSON.stringify(other ?? []);

export class SaveQueue {
  #stored = new Map(); // key -> the item that the server has said it keeps
  #pending = new Map(); // key -> the item that it has not yet said this of
  #rev = 0;
  #inFlight = false;

  /** `stored`: items that the server keeps; `rev`: the highest revision of the attempt. */
  constructor(stored = [], rev = 0) {
    this.#rev = rev;
    for (const item of stored) this.hear(item);
  }

  /** The highest revision known here. */
  get rev() {
    return this.#rev;
  }

  /** The highest revision that the server has confirmed. */
  get lastRev() {
    return Math.max(0, ...[...this.#stored.values()].map((item) => item.rev));
  }

  /** Items that the server has said it keeps. */
  get stored() {
    return [...this.#stored.values()];
  }

  /** Items that the server has not confirmed, in the order of their revisions. */
  get unsent() {
    return [...this.#pending.values()].sort((one, other) => one.rev - other.rev);
  }

  /** How many questions have an answer that is stored as it stands on the page. */
  get saved() {
    return [...this.#stored.values()].filter(
      ({ key, value }) => key !== PREDICTION && value.length > 0 && !this.#pending.has(key),
    ).length;
  }

  /** The value that the page should show for `key`; undefined when there is none. */
  valueOf(key) {
    return this.#newest(key)?.value;
  }

  /** "unsaved", "saved", or "" when nothing was chosen. */
  stateOf(key) {
    if (this.#pending.has(key)) return "unsaved";
    return this.#stored.get(key)?.value.length ? "saved" : "";
  }

  /** A choice made on this page; returns its item. */
  choose(key, value) {
    const item = { key, value, rev: this.#rev + 1 };
    this.#enter(item);
    return item;
  }

  /** An item of a journal or of another tab, perhaps never sent. True when it is the newest here and so takes part. */
  adopt(item) {
    if (item.rev <= (this.#newest(item.key)?.rev ?? 0)) return false;
    this.#enter(item);
    return true;
  }

  /** An item that the server keeps. True when the page has to show it instead of something else. */
  hear(item) {
    const before = this.#newest(item.key);
    this.#rev = Math.max(this.#rev, item.rev);
    if (item.rev >= (this.#stored.get(item.key)?.rev ?? 0)) this.#stored.set(item.key, item);
    if (this.#pending.get(item.key)?.rev <= item.rev) this.#pending.delete(item.key);
    return !same(before?.value, this.valueOf(item.key));
  }

  /** What to send next, oldest revision first; null while a request is under way or nothing is left. */
  take() {
    if (this.#inFlight || this.#pending.size === 0) return null;
    this.#inFlight = true;
    // Oldest first: when a revision is stored, so is every earlier one, and a submission can name the last alone.
    return this.unsent.slice(0, MAX_BATCH);
  }

  /** The request with `batch` was answered; `stale` are items kept instead of ours. Returns those that are news. */
  acknowledge(batch, stale = []) {
    this.#inFlight = false;
    const before = new Map(stale.map(({ key }) => [key, this.valueOf(key)]));
    for (const item of batch) {
      if (this.#pending.get(item.key)?.rev === item.rev) this.#pending.delete(item.key);
      if (!before.has(item.key)) this.hear(item);
    }
    for (const item of stale) this.hear(item);
    return stale.filter(({ key }) => !same(before.get(key), this.valueOf(key)));
  }

  /** The request under way failed, and nobody knows how far it came. */
  release() {
    this.#inFlight = false;
  }

  /** The server will never take this item: what it keeps instead stands again. */
  drop(item) {
    if (this.#pending.get(item.key)?.rev === item.rev) this.#pending.delete(item.key);
  }

  /** The server has nothing above `rev`: everything confirmed above it goes out again. */
  resendAfter(rev) {
    for (const item of this.#stored.values()) {
      if (item.rev > rev && !this.#pending.has(item.key)) this.#pending.set(item.key, item);
    }
  }

  #enter(item) {
    this.#rev = Math.max(this.#rev, item.rev);
    this.#pending.set(item.key, item);
  }

  #newest(key) {
    return this.#pending.get(key) ?? this.#stored.get(key);
  }
}
