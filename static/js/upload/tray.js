// The list of uploads in the corner: every file's state in words, what failed and why, one button to try again.
import { toast } from "../toasts.js";
import { gettext, ngettext } from "../words.js";
import { stayAwake } from "./awake.js";
import { filesOfDrop } from "./files.js";
import { lostPlaces } from "./gps.js";
import { Hasher } from "./hasher.js";
import { isOver, Queue } from "./queue.js";
import { Rows } from "./rows.js";
import { States } from "./states.js";
import { Store } from "./store.js";

const DRAW_EVERY_MS = 200;
const PLACES_SEEN = "photoroom-places-notice"; // once a device
const PROBLEMS = ["failed", "refused", "lost"];

class Tray {
  #element;
  #queue;
  #rows;
  #timer = 0;
  #said = "";

  constructor(element, queue) {
    this.#element = element;
    this.#queue = queue;
    this.#rows = new Rows(this.#part("list"), this.#part("row"), this.#part("more"));
    queue.addEventListener("change", () => this.#later());
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
    this.#draw();
  }

  // A thousand files change a thousand times: drawn a few times a second.
  #later() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.#draw();
    }, DRAW_EVERY_MS);
  }

  #draw() {
    const { items } = this.#queue;
    const counts = {};
    let [over, bytes, sent] = [0, 0, 0];
    for (const item of items) {
      counts[item.state] = (counts[item.state] ?? 0) + 1;
      const isDone = isOver(item);
      if (isDone) over += 1;
      bytes += item.size;
      sent += item.size * (isDone ? 1 : item.sent);
    }
    const isFinished = over === items.length;
    this.#element.hidden = items.length === 0;
    this.#rows.draw(items);
    const adding = ngettext("Adding {count} photo, {done} done", "Adding {count} photos, {done} done", items.length, { done: over });
    this.#part("title").textContent = isFinished ? summary(counts) : adding;
    this.#part("bar").value = bytes ? sent / bytes : 0;
    this.#part("bar").hidden = isFinished;
    this.#part("retry").hidden = !counts.failed;
    this.#part("close").hidden = !isFinished;
    this.#part("offline").hidden = !counts.offline;
    if (items.length) this.#say(isFinished, counts, items.length);
    stayAwake(!isFinished);
  }

  // For who does not see it: that it begins, that something needs them, that it ends. Not every file.
  #say(isFinished, counts, total) {
    const problems = PROBLEMS.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
    const beginning = ngettext("Adding {count} photo.", "Adding {count} photos.", total);
    const trouble = ngettext("{count} file needs you.", "{count} files need you.", problems);
    const offline = gettext("There is no connection. It goes on by itself.");
    const running = problems ? trouble : counts.offline ? offline : beginning;
    const text = isFinished ? summary(counts) : running;
    if (text === this.#said) return;
    this.#said = text;
    this.#part("status").textContent = text;
  }
}

function summary(counts) {
  const of = (...states) => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const parts = [];
  const [added, missing] = [of("done", "restored"), of("failed", "refused")];
  if (added) parts.push(ngettext("{count} photo added", "{count} photos added", added));
  if (of("duplicate")) parts.push(gettext("{count} here already", { count: of("duplicate") }));
  if (missing) parts.push(gettext("{count} not added", { count: missing }));
  if (of("lost")) parts.push(ngettext("choose {count} file again to go on", "choose {count} files again to go on", of("lost")));
  return parts.join(", ").replace(/^./, (letter) => letter.toUpperCase());
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
    try {
      onFiles(await filesOfDrop(event.dataTransfer));
    } catch {
      toast(gettext("This folder can’t be read. Try again, or choose the files with “Add my photos”."));
    }
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

// Android's photo picker hands photos over without their places; its file manager does not.
async function tellOfLostPlaces(tray, files) {
  const notice = tray.querySelector("[data-tray-places]");
  if (!notice || !/Android/.test(navigator.userAgent) || localStorage.getItem(PLACES_SEEN)) return;
  if (await lostPlaces(files)) notice.hidden = false;
}

function forgetLostPlaces(tray) {
  localStorage.setItem(PLACES_SEEN, "1");
  tray.querySelector("[data-tray-places]").hidden = true;
}

export function startUploads() {
  const element = document.querySelector("[data-tray]");
  if (!element) return;
  const { room, roomApi, user } = document.body.dataset;
  const place = `${room}/${user}`;
  const queue = new Queue({
    hasher: new Hasher(element.dataset.worker, element.dataset.sha2),
    store: new Store(place),
    states: new States(place),
    apiUrl: roomApi,
    tusUrl: element.dataset.tus,
  });
  new Tray(element, queue);
  const take = (files) => {
    const wanted = files.filter((file) => file.size > 0);
    if (!wanted.length) toast(gettext("There was no photo in that. Choose JPEG, HEIC, PNG or video files."));
    else queue.add(wanted);
  };
  document.addEventListener("change", (event) => {
    const input = event.target.closest("[data-upload-input]");
    if (!input) return;
    const files = [...input.files];
    take(files);
    if (input.accept && !input.capture) tellOfLostPlaces(element, files);
    input.value = "";
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-upload-click]")) document.querySelector("[data-upload-input]")?.click();
    if (event.target.closest("[data-tray-places-files], [data-tray-places-close]")) forgetLostPlaces(element);
  });
  listenForDrops(take);
  queue.addEventListener("change", ({ detail }) => {
    if (detail.state === "done" || detail.state === "restored") document.dispatchEvent(new CustomEvent("photoroom:added"));
  });
  warnBeforeLosing(queue);
  keepForThisTab(`photoroom-uploads/${room}`, queue);
}
