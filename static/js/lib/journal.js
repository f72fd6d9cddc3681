// Choices that the server has not acknowledged, kept in the browser so that a reload or a crash loses none. Each is
// written here before it is sent, and forgotten only when the server has said that it is stored, or kept as late. One
// entry for each question, so that two tabs of a paper do not overwrite each other's; one journal for each person and
// attempt, so that on a shared computer nobody's choices are shown to, or sent for, anybody else.

const PREFIX = "paper:";

/** "localStorage" or "sessionStorage"; null where a setting or a private window forbids it. */
export function storageOf(name) {
  try {
    return window[name];
  } catch {
    return null;
  }
}

/** The journal of that person and attempt: in the `device`'s database, else in `storage`; either may be null. */
export async function openJournal({ device, storage }, owner, attempt) {
  const inStorage = new StorageShelf(storage, owner, attempt);
  if (!device) return new Journal(inStorage);
  const journal = new Journal(new DeviceShelf(device, owner, attempt));
  // Left from a time at which the database did not open.
  for (const item of await inStorage.list().catch(() => [])) {
    await journal.put(item);
    if (journal.keeps) await inStorage.remove(item);
  }
  return journal;
}

/** How many choices are kept on this device for the server, of all people. Rejects when nobody can say. */
export async function countUnsent({ device, storage }) {
  const records = device ? await device.list("journal") : [];
  const names = storage ? Array.from({ length: storage.length }, (_, index) => storage.key(index)) : [];
  if (!device && globalThis.indexedDB) throw new Error("the database does not answer");
  return records.length + names.filter((name) => name.startsWith(PREFIX)).length;
}

export class Journal {
  #shelf;

  /** False once something could not be written: what is not sent would be lost with the page. */
  keeps = true;

  /** `shelf`: list(), put(item) unless a newer one of its question is there, remove(item) and older ones; all async. */
  constructor(shelf) {
    this.#shelf = shelf;
  }

  /** All items. */
  async list() {
    return (await this.#try(() => this.#shelf.list())) ?? [];
  }

  /** Resolves when the item is on the device, or when there is no use in waiting for that. */
  put(item) {
    const written = this.#try(() => this.#shelf.put(item));
    return this.keeps ? written : Promise.resolve();
  }

  /** Forget items that were acknowledged, and older ones of their questions. */
  remove(items) {
    return this.#try(() => Promise.all(items.map((item) => this.#shelf.remove(item))));
  }

  // A full or forbidden storage does not stop the paper: what cannot be kept is at least sent.
  async #try(act) {
    try {
      return await act();
    } catch {
      this.keeps = false;
      return undefined;
    }
  }
}

class DeviceShelf {
  #device;
  #owner;
  #attempt;

  constructor(device, owner, attempt) {
    this.#device = device;
    this.#owner = owner;
    this.#attempt = attempt;
  }

  async list() {
    const records = await this.#device.list("journal", this.#owner, this.#attempt);
    return records.map(({ key, value, rev }) => ({ key, value, rev }));
  }

  put(item) {
    const record = { owner: this.#owner, attempt: this.#attempt, ...item };
    return this.#device.put("journal", record, (kept) => kept.rev > item.rev);
  }

  remove(item) {
    return this.#device.remove("journal", [this.#owner, this.#attempt, item.key], (kept) => kept.rev <= item.rev);
  }
}

/** localStorage or the like, for browsers in which the database does not open. */
export class StorageShelf {
  #storage;
  #prefix;

  constructor(storage, owner, attempt) {
    this.#storage = storage;
    this.#prefix = `${PREFIX}${owner}:${attempt}:`;
  }

  async list() {
    const names = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index));
    return names.map((name) => this.#read(name)).filter(Boolean);
  }

  async put(item) {
    const name = this.#prefix + item.key;
    if (!(this.#read(name)?.rev > item.rev)) this.#storage.setItem(name, JSON.stringify(item));
  }

  async remove(item) {
    const name = this.#prefix + item.key;
    if (this.#read(name)?.rev <= item.rev) this.#storage.removeItem(name);
  }

  /** The item of an entry; null when it is none of this journal's. */
  #read(name) {
    if (!name.startsWith(this.#prefix)) return null;
    try {
      const item = JSON.parse(this.#storage.getItem(name));
      return Number.isSafeInteger(item.rev) && this.#prefix + item.key === name ? item : null;
    } catch {
      return null;
    }
  }
}
