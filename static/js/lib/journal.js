// Choices that the server has not confirmed, kept in the browser so that a reload or a crash loses none. One entry for
// each question, so that two tabs of a paper do not overwrite each other's.

/** "localStorage" or "sessionStorage"; null where a setting or a private window forbids it. */
export function storageOf(name) {
  try {
    return window[name];
  } catch {
    return null;
  }
}

export class Journal {
  #storage;
  #prefix;

  /** `storage`: localStorage or the like; with null nothing is kept. */
  constructor(storage, attempt) {
    this.#storage = storage;
    this.#prefix = `paper:${attempt}:`;
  }

  /** All items kept for this attempt. */
  list() {
    const names = this.#try(() => Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index)));
    return (names ?? []).map((name) => this.parse(name, this.#storage.getItem(name))).filter(Boolean);
  }

  /** Keep an item, unless a newer one of its question is kept. */
  put(item) {
    if (this.#revOf(item) > item.rev) return;
    this.#try(() => this.#storage.setItem(this.#prefix + item.key, JSON.stringify(item)));
  }

  /** Forget an item and older ones of its question. */
  remove(item) {
    if (this.#revOf(item) <= item.rev) this.#storage.removeItem(this.#prefix + item.key);
  }

  /** Forget everything of this attempt. */
  clear() {
    for (const item of this.list()) this.remove(item);
  }

  /** The item of a storage entry (another tab's event brings these); null when it is none of this attempt. */
  parse(name, text) {
    if (!name?.startsWith(this.#prefix)) return null;
    try {
      const item = JSON.parse(text);
      return Number.isSafeInteger(item.rev) && this.#prefix + item.key === name ? item : null;
    } catch {
      return null;
    }
  }

  /** The revision kept for the question of `item`; undefined without one. */
  #revOf({ key }) {
    const name = this.#prefix + key;
    return this.#try(() => this.parse(name, this.#storage.getItem(name)))?.rev;
  }

  // A full or forbidden storage does not stop the paper: what cannot be kept is at least sent.
  #try(act) {
    try {
      return act();
    } catch {
      return undefined;
    }
  }
}
