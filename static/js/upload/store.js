// What is still to be uploaded, kept in IndexedDB so that it outlives the page. Files are kept, too, while there is room.

const NAME = "photoroom-uploads";
const LARGEST_KEPT_BYTES = 256 * 1024 * 1024;
const LARGEST_COPIED_BYTES = 32 * 1024 * 1024; // one at a time in memory
const SHARE_OF_QUOTA = 0.4;

// The bytes themselves: in a private window, and from a phone's picker, a kept file is only a pointer to what may vanish.
async function copyOf(file) {
  if (file.size > LARGEST_COPIED_BYTES) return file;
  return new Blob([await file.arrayBuffer()], { type: file.type });
}

function promised(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
}

function open() {
  const request = indexedDB.open(NAME, 1);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore("files", { keyPath: "key" }).createIndex("place", "place");
  });
  return promised(request);
}

export class Store {
  #db;
  #place;
  #freeBytes;

  constructor(place) {
    this.#place = place; // room and user: nobody goes on with the files of somebody else
  }

  async #files(mode) {
    this.#db ??= await open();
    return this.#db.transaction("files", mode).objectStore("files");
  }

  async #hasRoomFor(file) {
    if (this.#freeBytes === undefined) {
      const { quota = 0, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
      this.#freeBytes = quota * SHARE_OF_QUOTA - usage;
    }
    if (file.size > LARGEST_KEPT_BYTES || file.size > this.#freeBytes) return false;
    this.#freeBytes -= file.size;
    return true;
  }

  // Answers whether the file itself is kept, so that the page may be closed. Without IndexedDB nothing is.
  async keep(item) {
    const row = { key: item.key, place: this.#place, name: item.name, size: item.size, modified: item.modified };
    try {
      if (await this.#hasRoomFor(item.file)) {
        const file = await copyOf(item.file);
        await promised((await this.#files("readwrite")).put({ ...row, file }));
        return true;
      }
      await promised((await this.#files("readwrite")).put(row));
    } catch (error) {
      console.warn("The upload can't be remembered", error);
    }
    return false;
  }

  // Files of another place, kept already, become this one's.
  async takeOver(rows) {
    const files = await this.#files("readwrite");
    await Promise.all(rows.map((row) => promised(files.put({ ...row, place: this.#place }))));
  }

  async fileOf(key) {
    try {
      return (await promised((await this.#files("readonly")).get(key)))?.file;
    } catch {
      return undefined;
    }
  }

  async forget(key) {
    try {
      await promised((await this.#files("readwrite")).delete(key));
    } catch (error) {
      console.warn("The upload can't be forgotten", error);
    }
  }

  async all() {
    try {
      return await promised((await this.#files("readonly")).index("place").getAll(this.#place));
    } catch {
      return [];
    }
  }
}
