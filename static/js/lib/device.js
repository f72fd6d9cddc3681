// What the browser keeps of papers on this device: one IndexedDB database, from which nobody reads but by person and
// attempt. "journal": a record for each choice that the server has not acknowledged. "copies": for each attempt, what the
// server keeps of it, so that the page can be shown without a connection.

const NAME = "papers";
const VERSION = 1;

// Some browsers never answer when their storage is in disorder; a paper does not wait for them.
const PATIENCE = 2000;

/** The database; null where the browser has none, forbids it, or does not answer. */
export async function openDevice() {
  try {
    const open = () => within(PATIENCE, opened());
    return new Device(await open(), open);
  } catch {
    return null;
  }
}

class Device {
  #database;
  #open;

  constructor(database, open) {
    this.#database = database;
    this.#open = open;
  }

  /** All records of a store whose key begins with these parts. */
  list(store, ...parts) {
    return this.#do(store, "readonly", (records) => records.getAll(beginningWith(parts)));
  }

  /** Write a record unless `keeps(old)`, in one step; resolves once it is on the disk. */
  put(store, record, keeps = () => false) {
    return this.#do(store, "readwrite", (records) => {
      const asked = records.get(keyOf(record));
      asked.addEventListener("success", () => {
        if (!asked.result || !keeps(asked.result)) records.put(record);
      });
    });
  }

  /** Delete the records whose key begins with these parts, of which `goes(record)` is true. */
  remove(store, parts, goes = () => true) {
    return this.#do(store, "readwrite", (records) => {
      const asked = records.openCursor(beginningWith(parts));
      asked.addEventListener("success", () => {
        const cursor = asked.result;
        if (!cursor) return;
        if (goes(cursor.value)) cursor.delete();
        cursor.continue();
      });
    });
  }

  async #do(store, mode, act) {
    try {
      return await within(PATIENCE, this.#transact(store, mode, act));
    } catch {
      // Telephones cut the connection to the database while a page is in the background.
      this.#database = await this.#open();
      return within(PATIENCE, this.#transact(store, mode, act));
    }
  }

  #transact(store, mode, act) {
    return new Promise((resolve, reject) => {
      // Strict: a telephone may run out of power.
      const transaction = this.#database.transaction(store, mode, { durability: "strict" });
      const asked = act(transaction.objectStore(store));
      transaction.addEventListener("complete", () => resolve(asked?.result));
      transaction.addEventListener("abort", () => reject(transaction.error));
    });
  }
}

const keyOf = ({ owner, attempt, key }) => (key === undefined ? [owner, attempt] : [owner, attempt, key]);
const beginningWith = (parts) => IDBKeyRange.bound(parts, [...parts, []]); // an array sorts behind every text

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.addEventListener("upgradeneeded", () => {
      asked.result.createObjectStore("journal", { keyPath: ["owner", "attempt", "key"] });
      asked.result.createObjectStore("copies", { keyPath: ["owner", "attempt"] });
    });
    asked.addEventListener("success", () => {
      // A newer page of the product wants to change the database: it must not wait for this one.
      asked.result.addEventListener("versionchange", () => asked.result.close());
      resolve(asked.result);
    });
    asked.addEventListener("error", () => reject(asked.error));
  });
}

function within(ms, promise) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), ms));
  return Promise.race([promise, late]);
}
