// The files on their way into a room: hashed first, asked about in batches, three sent at a time, tried again with pauses.
import { api, ApiError } from "../api.js";
import { gettext } from "../words.js";
import { LARGE_BYTES, sendForm, sendPieces } from "./transport.js";

const SENT_AT_ONCE = 3;
const HASHES_AT_ONCE = 200;
const PAUSES_SECONDS = [1, 3, 8, 20];
const OFFLINE_SECONDS = [2, 5, 10, 20, 30]; // then every 30: nobody has to press anything when the connection is back
const UNREACHABLE = new Set([0, 502, 503, 504]);
const OLD_NEWS_MS = 5 * 60 * 1000;
const WELL = new Set(["done", "duplicate", "restored"]);
const ON_THE_WAY = new Set(["sending", "offline", "pausing"]);
const OVER = new Set(["done", "duplicate", "restored", "failed", "refused", "lost"]);

export const isOver = (item) => OVER.has(item.state);
// A file that is here already may have come by ourselves, when the answer was lost: then it is added.
const hereAs = (item) => (item.mayBeThere ? "done" : "duplicate");
export const keyOf = (file) => `${file.name}/${file.size}/${file.lastModified}`;

// Ends early when the connection or the person is back.
function pause(seconds) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      document.removeEventListener("visibilitychange", endIfSeen);
      resolve();
    };
    const endIfSeen = () => document.visibilityState === "visible" && end();
    const timer = setTimeout(end, 1000 * seconds * (0.75 + Math.random() / 2));
    addEventListener("online", end);
    document.addEventListener("visibilitychange", endIfSeen);
  });
}

function online() {
  if (navigator.onLine) return Promise.resolve();
  return new Promise((resolve) => addEventListener("online", resolve, { once: true }));
}

// Files of a phone's picker are copies that the phone may take away again.
async function isReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
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

  constructor({ hasher, store, states, apiUrl, tusUrl }) {
    super();
    Object.assign(this, { hasher, store, states, apiUrl, tusUrl });
  }

  // Takes files; one that is on its way already stays as it is, one that is over is looked at once more.
  async add(files) {
    const fresh = [];
    for (const file of files) {
      const key = keyOf(file);
      const known = this.#keys.get(key);
      if (known && !isOver(known)) continue;
      const item = known ?? { key, name: file.name, size: file.size, modified: file.lastModified, sent: 0 };
      Object.assign(item, { file, sha256: undefined, mayBeThere: false, tries: 0, sent: 0, message: "" });
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

  // Goes on with what an earlier page left over, and shows the rows that it showed.
  async resume() {
    const [files, states] = await Promise.all([this.store.all(), this.states.all()]);
    const kept = new Map(files.map((row) => [row.key, row]));
    const isOldNews = states.every((row) => WELL.has(row.state) && Date.now() - row.at > OLD_NEWS_MS);
    if (isOldNews && !files.length) {
      this.states.forget(states.map((row) => row.key));
      return;
    }
    for (const row of states) if (!kept.has(row.key)) kept.set(row.key, row);
    const hashes = new Map(states.map((row) => [row.key, row]));
    for (const { key, name, size, modified, file } of kept.values()) {
      if (this.#keys.has(key)) continue;
      const { state, message, sha256 } = hashes.get(key) ?? {};
      const item = { key, name, size, modified, file, sha256, sent: 0, tries: 0, message: "", isKept: Boolean(file) };
      item.mayBeThere = ON_THE_WAY.has(state); // its bytes may have arrived without an answer
      this.items.push(item);
      this.#keys.set(key, item);
      if (file) {
        this.#toHash.push(item);
        this.#set(item, "waiting");
      } else if (OVER.has(state)) {
        Object.assign(item, { state, message, sent: 1 });
        this.dispatchEvent(new CustomEvent("change", { detail: item }));
      } else {
        this.#set(item, "lost");
      }
    }
    this.#hashNext();
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
    const over = this.items.filter(isOver);
    for (const item of over) if (!WELL.has(item.state)) this.store.forget(item.key);
    this.states.forget(over.map((item) => item.key));
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
    this.states.note(item);
    this.dispatchEvent(new CustomEvent("change", { detail: item }));
  }

  async #hashNext() {
    if (this.#isHashing) return;
    this.#isHashing = true;
    for (let item = this.#toHash.shift(); item; item = this.#toHash.shift()) {
      this.#set(item, "hashing");
      try {
        item.sha256 ??= await this.#hash(item);
      } catch {
        this.#lose(item);
        continue;
      }
      this.#set(item, "checking");
      this.#toCheck.push(item);
      this.#checkNext();
    }
    this.#isHashing = false;
  }

  async #hash(item) {
    try {
      return await this.hasher.hash(item.file);
    } catch (error) {
      if (!(await this.#takeKept(item))) throw error;
      return this.hasher.hash(item.file);
    }
  }

  // The copy that this browser keeps, in place of a file that the phone took away; answers whether there is one.
  async #takeKept(item) {
    const kept = await this.store.fileOf(item.key);
    if (!kept || !(await isReadable(kept))) return false;
    item.file = kept;
    return true;
  }

  #lose(item) {
    this.#set(item, "lost", gettext("This device does not let the file be read any more. Choose it again."));
  }

  // While one question is on its way the next hashes gather, so that a thousand files ask a few times only.
  async #checkNext() {
    if (this.#isChecking) return;
    this.#isChecking = true;
    while (this.#toCheck.length) {
      const batch = this.#toCheck.splice(0, HASHES_AT_ONCE);
      const known = await this.#ask(batch);
      for (const item of batch) {
        this.#set(item, known.has(item.sha256) ? hereAs(item) : "waiting");
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
        this.#set(item, answer.result === "duplicate" ? hereAs(item) : answer.result === "created" ? "done" : answer.result);
        return;
      } catch (error) {
        if (!(await this.#goOn(item, error))) return;
      }
    }
  }

  // What follows a failure; answers whether to try again.
  async #goOn(item, error) {
    const status = error instanceof ApiError ? error.status : 500;
    item.sent = 0;
    item.mayBeThere = true;
    if (UNREACHABLE.has(status)) {
      if (status === 0 && !(await isReadable(item.file))) {
        if (await this.#takeKept(item)) return true;
        this.#lose(item);
        return false;
      }
      item.pauses = Math.min((item.pauses ?? -1) + 1, OFFLINE_SECONDS.length - 1);
      this.#set(item, "offline");
      await pause(OFFLINE_SECONDS[item.pauses]);
      return true;
    }
    const isPassing = status === 408 || status === 429 || status >= 500;
    const state = isPassing && item.tries < PAUSES_SECONDS.length ? "pausing" : isPassing ? "failed" : "refused";
    this.#set(item, state, error.message);
    if (state === "pausing") await pause(PAUSES_SECONDS[item.tries++]);
    return state === "pausing";
  }

  #transmit(item, onProgress) {
    if (item.size <= LARGE_BYTES) return sendForm(`${this.apiUrl}photos/`, item, onProgress);
    return sendPieces(`${this.apiUrl}uploads/`, this.tusUrl, item, onProgress);
  }
}
