// What the tray shows, kept beside the files so that the next page shows the same rows: name, state, hash. No bytes.

const NAME = "photoroom-upload-states";
const WRITE_AFTER_MS = 250;
const KEPT_MS = 12 * 60 * 60 * 1000; // rows of uploads that are over

function promised(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
}

function open() {
  const request = indexedDB.open(NAME, 1);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore("states", { keyPath: ["place", "key"] }).createIndex("place", "place");
  });
  return promised(request);
}

export class States {
  #db;
  #place;
  #changed = new Map();
  #timer = 0;

  constructor(place) {
    this.#place = place;
    addEventListener("pagehide", () => this.#write());
  }

  async #states(mode) {
    this.#db ??= await open();
    return this.#db.transaction("states", mode).objectStore("states");
  }

  // Written soon, many at once: a thousand files change their state several times each.
  note(item) {
    this.#changed.set(item.key, item);
    this.#timer ||= setTimeout(() => this.#write(), WRITE_AFTER_MS);
  }

  async #write() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const items = [...this.#changed.values()];
    this.#changed.clear();
    if (!items.length) return;
    try {
      const states = await this.#states("readwrite");
      for (const { key, name, size, modified, state, message, sha256 } of items) {
        states.put({ place: this.#place, key, name, size, modified, state, message, sha256, at: Date.now() });
      }
    } catch (error) {
      console.warn("The list of uploads can't be remembered", error);
    }
  }

  async all() {
    try {
      const rows = await promised((await this.#states("readonly")).index("place").getAll(this.#place));
      return rows.filter((row) => Date.now() - row.at < KEPT_MS);
    } catch {
      return [];
    }
  }

  async forget(keys) {
    for (const key of keys) this.#changed.delete(key);
    try {
      const states = await this.#states("readwrite");
      for (const key of keys) states.delete([this.#place, key]);
    } catch (error) {
      console.warn("The list of uploads can't be forgotten", error);
    }
  }
}
