// The files on their way into a room: hashed first, asked about in batches, three sent at a time, tried again with pauses.
import { api, ApiError } from "../api.js";
import { LARGE_BYTES, sendForm, sendPieces } from "./transport.js";

const SENT_AT_ONCE = 3;
const HASHES_AT_ONCE = 200;
const PAUSES_SECONDS = [1, 3, 8, 20];
const OVER = new Set(["done", "duplicate", "restored", "failed", "refused", "lost"]);

export const isOver = (item) => OVER.has(item.state);
export const keyOf = (file) => `${file.name}/${file.size}/${file.lastModified}`;

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds * (0.75 + Math.random() / 2)));

function online() {
  if (navigator.onLine) return Promise.resolve();
  return new Promise((resolve) => addEventListener("online", resolve, { once: true }));
}

export class Queue extends EventTarget {
  items = [];
  #keys = new Map();
  #toHash = [];
  #toCheck = [];
  #toSend = [];
  #isHashing = false;
  #isChecking = false;
  #sending = 0;

  constructor({ hasher, store, apiUrl, tusUrl }) {
    super();
    Object.assign(this, { hasher, store, apiUrl, tusUrl });
  }

  // Takes files; one that is on its way already stays as it is, one that is over is looked at once more.
  async add(files) {
    const fresh = [];
    for (const file of files) {
      const key = keyOf(file);
      const known = this.#keys.get(key);
      if (known && !isOver(known)) continue;
      const item = known ?? { key, name: file.name, size: file.size, modified: file.lastModified, sent: 0 };
      Object.assign(item, { file, tries: 0, sent: 0, message: "" });
      if (!known) {
        this.items.push(item);
        this.#keys.set(key, item);
      }
      this.#set(item, "waiting");
      fresh.push(item);
    }
    this.#toHash.push(...fresh);
    this.#hashNext();
    for (const item of fresh) if (!isOver(item)) item.isKept = await this.store.keep(item);
    for (const item of fresh) if (isOver(item) && item.state !== "failed") this.store.forget(item.key);
  }

  // Goes on with what an earlier page left over.
  async resume() {
    const rows = await this.store.all();
    for (const row of rows) {
      if (this.#keys.has(row.key)) continue;
      const item = { ...row, sent: 0, tries: 0, message: "", isKept: Boolean(row.file) };
      this.items.push(item);
      this.#keys.set(row.key, item);
      if (row.file) {
        this.#toHash.push(item);
        this.#set(item, "waiting");
      } else {
        this.#set(item, "lost");
      }
    }
    this.#hashNext();
    return rows.length;
  }

  retryFailed() {
    for (const item of this.items.filter((each) => each.state === "failed")) {
      item.tries = 0;
      this.#set(item, "waiting");
      this.#toHash.push(item);
    }
    this.#hashNext();
  }

  clear() {
    for (const item of this.items) if (isOver(item)) this.store.forget(item.key);
    this.items = this.items.filter((item) => !isOver(item));
    this.#keys = new Map(this.items.map((item) => [item.key, item]));
  }

  get isBusy() {
    return !this.items.every(isOver);
  }

  // Ends when nothing is on its way any more.
  idle() {
    return new Promise((resolve) => {
      const look = () => {
        if (this.isBusy) return;
        this.removeEventListener("change", look);
        resolve();
      };
      this.addEventListener("change", look);
      look();
    });
  }

  // Whether closing the page now would lose something that can't go on by itself later.
  get wouldLose() {
    return this.items.some((item) => !isOver(item) && !item.isKept);
  }

  #set(item, state, message = "") {
    Object.assign(item, { state, message });
    if (state === "done" || state === "duplicate" || state === "restored" || state === "refused") {
      item.sent = 1;
      item.file = null;
      this.store.forget(item.key);
    }
    this.dispatchEvent(new CustomEvent("change", { detail: item }));
  }

  async #hashNext() {
    if (this.#isHashing) return;
    this.#isHashing = true;
    for (let item = this.#toHash.shift(); item; item = this.#toHash.shift()) {
      this.#set(item, "hashing");
      try {
        item.sha256 ??= await this.hasher.hash(item.file);
        this.#set(item, "checking");
        this.#toCheck.push(item);
        this.#checkNext();
      } catch {
        this.#set(item, "lost", "This file can’t be read any more. Choose it again.");
      }
    }
    this.#isHashing = false;
  }

  // While one question is on its way the next hashes gather, so that a thousand files ask a few times only.
  async #checkNext() {
    if (this.#isChecking) return;
    this.#isChecking = true;
    while (this.#toCheck.length) {
      const batch = this.#toCheck.splice(0, HASHES_AT_ONCE);
      const known = await this.#ask(batch);
      for (const item of batch) {
        this.#set(item, known.has(item.sha256) ? "duplicate" : "waiting");
        if (item.state === "waiting") this.#toSend.push(item);
      }
      this.#sendNext();
    }
    this.#isChecking = false;
  }

  async #ask(batch) {
    try {
      const answer = await api("POST", `${this.apiUrl}photos/check/`, { sha256: batch.map((item) => item.sha256) });
      return new Set(answer.known);
    } catch {
      return new Set(); // the upload itself finds out, too
    }
  }

  #sendNext() {
    while (this.#sending < SENT_AT_ONCE && this.#toSend.length) {
      this.#sending += 1;
      this.#send(this.#toSend.shift()).finally(() => {
        this.#sending -= 1;
        this.#sendNext();
      });
    }
  }

  async #send(item) {
    const onProgress = (share) => {
      item.sent = share;
      this.dispatchEvent(new CustomEvent("change", { detail: item }));
    };
    while (true) {
      await online();
      this.#set(item, "sending");
      try {
        const answer = await this.#transmit(item, onProgress);
        return this.#set(item, answer.result === "created" ? "done" : answer.result);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const isPassing = error.status === 0 || error.status === 408 || error.status === 429 || error.status >= 500;
        if (!isPassing) return this.#set(item, "refused", error.message);
        if (item.tries >= PAUSES_SECONDS.length) return this.#set(item, "failed", error.message);
        item.sent = 0;
        this.#set(item, "pausing", error.message);
        await pause(PAUSES_SECONDS[item.tries++]);
      }
    }
  }

  #transmit(item, onProgress) {
    if (item.size <= LARGE_BYTES) return sendForm(`${this.apiUrl}photos/`, item, onProgress);
    return sendPieces(`${this.apiUrl}uploads/`, this.tusUrl, item, onProgress);
  }
}
