// The list of uploads in the corner: every file's state in words, what failed and why, one button to try again.
import { toast } from "../toasts.js";
import { filesOfDrop } from "./files.js";
import { Hasher } from "./hasher.js";
import { isOver, Queue } from "./queue.js";
import { Store } from "./store.js";

const WORDS = {
  waiting: "Waiting",
  hashing: "Reading",
  checking: "Comparing",
  pausing: "Waiting to try again",
  done: "Added",
  duplicate: "Here already",
  restored: "Back from the trash",
  lost: "Choose this file again to go on",
};

function wordsOf(item) {
  if (item.state === "sending") return item.sent < 1 ? `${Math.floor(100 * item.sent)} %` : "Arriving";
  if (item.state === "failed") return `${item.message} It will be sent with “Retry all failed”.`;
  return item.message && item.state !== "pausing" ? item.message : (WORDS[item.state] ?? item.state);
}

const counted = (number, one, many) => `${number} ${number === 1 ? one : many}`;

class Tray {
  #element;
  #queue;
  #rows = new Map();
  #changed = new Set();
  #isDrawing = false;
  #lock = null;

  constructor(element, queue) {
    this.#element = element;
    this.#queue = queue;
    queue.addEventListener("change", ({ detail }) => this.#later(detail));
    this.#part("toggle").addEventListener("click", () => this.#toggle());
    this.#part("retry").addEventListener("click", () => queue.retryFailed());
    this.#part("close").addEventListener("click", () => this.#close());
    if (matchMedia("(width < 48rem)").matches) this.#toggle(); // a phone shows photos first, the list on demand
  }

  #part(name) {
    return this.#element.querySelector(`[data-tray-${name}]`);
  }

  #toggle() {
    const button = this.#part("toggle");
    button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
  }

  #close() {
    this.#queue.clear();
    this.#rows.clear();
    this.#part("list").replaceChildren();
    this.#element.hidden = true;
  }

  #later(item) {
    this.#changed.add(item);
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      for (const each of this.#changed) this.#drawRow(each);
      this.#changed.clear();
      this.#drawHead();
    });
  }

  #drawRow(item) {
    let row = this.#rows.get(item.key);
    if (!row) {
      row = this.#part("row").content.firstElementChild.cloneNode(true);
      row.querySelector(".tray-name").textContent = item.name;
      this.#rows.set(item.key, row);
      this.#part("list").append(row);
    }
    row.dataset.state = item.state;
    row.querySelector(".tray-state").textContent = wordsOf(item);
    if (item.state === "failed" || item.state === "refused") this.#part("list").prepend(row);
  }

  #drawHead() {
    const { items } = this.#queue;
    const count = (...states) => items.filter((item) => states.includes(item.state)).length;
    const over = items.filter(isOver).length;
    const isFinished = over === items.length;
    this.#element.hidden = items.length === 0;
    this.#part("title").textContent = isFinished
      ? this.#summary(count)
      : `Adding ${counted(items.length, "photo", "photos")}, ${over} done`;
    const bytes = items.reduce((sum, item) => sum + item.size, 0);
    this.#part("bar").value = bytes ? items.reduce((sum, item) => sum + item.size * (isOver(item) ? 1 : item.sent), 0) / bytes : 0;
    this.#part("bar").hidden = isFinished;
    this.#part("retry").hidden = count("failed") === 0;
    this.#part("close").hidden = !isFinished;
    this.#stayAwake(!isFinished);
  }

  #summary(count) {
    const parts = [];
    const added = count("done", "restored");
    if (added) parts.push(`${counted(added, "photo", "photos")} added`);
    if (count("duplicate")) parts.push(`${count("duplicate")} here already`);
    if (count("failed", "refused")) parts.push(`${count("failed", "refused")} not added`);
    if (count("lost")) parts.push(`choose ${counted(count("lost"), "file", "files")} again to go on`);
    return parts.join(", ").replace(/^./, (letter) => letter.toUpperCase());
  }

  // A phone that falls asleep stops sending.
  async #stayAwake(isWanted) {
    if (!navigator.wakeLock || isWanted === Boolean(this.#lock)) return;
    if (!isWanted) {
      this.#lock.release?.();
      this.#lock = null;
      return;
    }
    this.#lock = {};
    try {
      this.#lock = await navigator.wakeLock.request("screen");
    } catch {
      this.#lock = null; // the battery is low, or the page is not in front
    }
  }
}

function listenForDrops(onFiles) {
  const veil = document.querySelector("[data-drop-veil]");
  let depth = 0;
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const show = (isShown) => {
    veil.hidden = !isShown;
  };
  addEventListener("dragenter", (event) => {
    if (hasFiles(event)) show(++depth > 0);
  });
  addEventListener("dragleave", (event) => {
    if (hasFiles(event)) show(--depth > 0);
  });
  addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    onFiles(await filesOfDrop(event.dataTransfer));
  });
}

// While one tab of a room sends, another one leaves what is kept alone. Held only while something is on its way:
// a page that holds a lock can't be brought back by the browser's back button.
function keepForThisTab(name, queue) {
  if (!navigator.locks) return queue.resume();
  let isHeld = false;
  const hold = async (lock, isFirst) => {
    if (lock && isFirst) await queue.resume();
    await queue.idle();
  };
  const ask = async (isFirst) => {
    if (isHeld) return;
    isHeld = true;
    await navigator.locks.request(name, { ifAvailable: true }, (lock) => hold(lock, isFirst));
    isHeld = false;
  };
  queue.addEventListener("change", () => queue.isBusy && ask(false));
  return ask(true);
}

function warnBeforeLosing(queue) {
  const warn = (event) => event.preventDefault();
  queue.addEventListener("change", () => {
    removeEventListener("beforeunload", warn);
    if (queue.wouldLose) addEventListener("beforeunload", warn);
  });
}

export function startUploads() {
  const element = document.querySelector("[data-tray]");
  if (!element) return;
  const { room, roomApi, user } = document.body.dataset;
  const queue = new Queue({
    hasher: new Hasher(element.dataset.worker, element.dataset.sha2),
    store: new Store(`${room}/${user}`),
    apiUrl: roomApi,
    tusUrl: element.dataset.tus,
  });
  new Tray(element, queue);
  const take = (files) => {
    const wanted = files.filter((file) => file.size > 0);
    if (!wanted.length) toast("There was no photo in that. Choose JPEG, HEIC, PNG or video files.");
    else queue.add(wanted);
  };
  document.addEventListener("change", (event) => {
    const input = event.target.closest("[data-upload-input]");
    if (!input) return;
    take([...input.files]);
    input.value = "";
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-upload-click]")) document.querySelector("[data-upload-input]")?.click();
  });
  listenForDrops(take);
  queue.addEventListener("change", ({ detail }) => {
    if (detail.state === "done" || detail.state === "restored") document.dispatchEvent(new CustomEvent("photoroom:added"));
  });
  warnBeforeLosing(queue);
  keepForThisTab(`photoroom-uploads/${room}`, queue);
}
