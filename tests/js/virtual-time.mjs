// Time, chance and a server for the tests of saving: nothing here waits for real.

/** Numbers in [0, 1), the same ones for the same seed. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Timers that run as fast as they can, in order of their times. */
export class VirtualTime {
  now = 0;
  #timers = new Map();
  #last = 0;

  set = (act, delayMs) => {
    this.#last += 1;
    this.#timers.set(this.#last, { act, at: this.now + delayMs });
    return this.#last;
  };

  clear = (timer) => void this.#timers.delete(timer);

  wait = (delayMs) => new Promise((resolve) => this.set(resolve, delayMs));

  /** Run timers up to `untilMs` (default: until none is left). */
  async run(untilMs = Infinity) {
    for (;;) {
      await new Promise(setImmediate); // whatever was promised is kept before time goes on
      const [next] = [...this.#timers].sort(([a, one], [b, other]) => one.at - other.at || a - b);
      if (!next || next[1].at > untilMs) break;
      this.#timers.delete(next[0]);
      this.now = next[1].at;
      next[1].act();
    }
    if (untilMs !== Infinity) this.now = untilMs;
  }
}

/** The server's side of saving: for each question the highest revision stays; equal ones with another choice lose. */
export class FakeServer {
  stored = new Map();
  refuses = new Set();
  closed = false;
  keepsLate = false;
  evidence = [];
  receipts = 0;

  save = (items) => {
    if (this.closed) {
      if (this.keepsLate) this.evidence.push(...items);
      return { status: 409, body: { code: "attempt_closed", kept_as_evidence: this.keepsLate && items.length > 0 } };
    }
    const bad = items.find((item) => this.refuses.has(JSON.stringify(item.value)));
    if (bad) return { status: 422, body: { code: "option_unknown", question: bad.key } };
    const stale = [];
    for (const item of items) {
      const kept = this.stored.get(item.key);
      if (!kept || item.rev > kept.rev) this.stored.set(item.key, item);
      else if (item.rev < kept.rev || `${item.value}` !== `${kept.value}`) stale.push(kept);
    }
    return { status: 200, body: { stale, remaining_ms: 1000 } };
  };

  submit = (lastRev) => {
    const haveRev = Math.max(0, ...[...this.stored.values()].map((item) => item.rev));
    if (haveRev < lastRev) return { status: 409, body: { code: "answers_missing", have_rev: haveRev } };
    this.closed = true;
    this.receipts += 1;
    return { status: 200, body: {} };
  };
}

/** localStorage, as far as the journal uses it. */
export class FakeStorage {
  #entries = new Map();

  get length() {
    return this.#entries.size;
  }

  key = (index) => [...this.#entries.keys()][index] ?? null;
  getItem = (name) => this.#entries.get(name) ?? null;
  setItem = (name, text) => void this.#entries.set(name, text);
  removeItem = (name) => void this.#entries.delete(name);
}

/** lib/device.js without a database: records by store and key. */
export class FakeDevice {
  #stores = { journal: new Map(), copies: new Map() };

  list = async (store, ...parts) => this.#beginning(store, parts).map(([, record]) => record);

  put = async (store, record, keeps = () => false) => {
    const { owner, attempt, key } = record;
    const name = JSON.stringify(key === undefined ? [owner, attempt] : [owner, attempt, key]);
    const kept = this.#stores[store].get(name);
    if (!kept || !keeps(kept)) this.#stores[store].set(name, record);
  };

  remove = async (store, parts, goes = () => true) => {
    for (const [name, record] of this.#beginning(store, parts)) if (goes(record)) this.#stores[store].delete(name);
  };

  #beginning(store, parts) {
    const begins = (name) => parts.every((part, index) => JSON.parse(name)[index] === part);
    return [...this.#stores[store]].filter(([name]) => begins(name));
  }
}
