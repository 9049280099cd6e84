// The wall of a party: new photos first, as they arrive; between them a mix of what is there. What was deleted disappears.
import { drawPlaying, figureOf, rememberSeconds, Screen } from "./screen.js";

const ASK_EVERY_MS = 4000;
const ASK_AGAIN_MS = 10_000; // without a connection
const MOST_HELD = 80;
const MOST_NEW = 40;

class Wall {
  #section;
  #screen;
  #known = new Set(); // what came already; only the latest ids are asked for, so it is cut now and then
  #fresh = []; // not shown yet, the first that came first
  #mix = [];
  #shown = null;
  #etag = "";
  #timer = null;
  #isPlaying = true;
  #isFirst = true;
  #milliseconds;

  constructor(section) {
    this.#section = section;
    this.#screen = new Screen(section);
    this.#milliseconds = rememberSeconds(section.querySelector("[data-slideshow-seconds]"), "photoroom-wall-seconds");
    const first = section.querySelector("[data-slide]");
    this.#shown = first && { id: Number(first.dataset.slide) };
    const mix = section.querySelector("[data-wall-mix]");
    mix.value = localStorage.getItem("photoroom-wall-mix") === "all" ? "all" : "best";
    mix.addEventListener("change", () => {
      localStorage.setItem("photoroom-wall-mix", mix.value);
      this.#mix = [];
    });
    section.querySelector("[data-slideshow-play]").addEventListener("click", () => this.#toggle());
    section.querySelector("[data-wall-join-toggle]")?.addEventListener("click", ({ currentTarget }) => {
      const join = section.querySelector("[data-wall-join]");
      join.hidden = !join.hidden;
      currentTarget.setAttribute("aria-pressed", String(!join.hidden));
    });
    document.addEventListener("keydown", (event) => this.#key(event));
    addEventListener("online", () => this.#ask());
    drawPlaying(section, true);
    this.#ask();
    this.#wait();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("select")) return;
    const acts = { f: () => this.#screen.toggleFull(), ArrowRight: () => this.#next() };
    if (!event.target.matches?.("button, a")) acts[" "] = () => this.#toggle();
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  #toggle() {
    this.#isPlaying = !this.#isPlaying;
    drawPlaying(this.#section, this.#isPlaying);
    this.#wait();
  }

  get #held() {
    return [this.#shown, ...this.#fresh, ...this.#mix].filter(Boolean).slice(0, MOST_HELD).map(({ id }) => id);
  }

  async #ask() {
    clearTimeout(this.asking);
    let again = ASK_EVERY_MS;
    try {
      const headers = { Accept: "application/json", ...(this.#etag && { "If-None-Match": this.#etag }) };
      const response = await fetch(`${this.#section.dataset.feed}?held=${this.#held.join(",")}`, { headers, cache: "no-store" });
      if ([401, 403, 404].includes(response.status)) return location.reload(); // out of the room: its page says so
      if (response.status !== 304) {
        if (!response.ok) throw new Error(String(response.status));
        this.#etag = response.headers.get("ETag") ?? "";
        this.#take(await response.json());
      }
      this.#section.querySelector("[data-wall-offline]").hidden = true;
    } catch {
      again = ASK_AGAIN_MS;
      this.#section.querySelector("[data-wall-offline]").hidden = false;
    }
    this.asking = setTimeout(() => this.#ask(), again);
  }

  #take({ newest, gone }) {
    const isGone = new Set(gone);
    this.#fresh = this.#fresh.filter(({ id }) => !isGone.has(id));
    this.#mix = this.#mix.filter(({ id }) => !isGone.has(id));
    const come = newest.filter(({ id }) => !this.#known.has(id)).reverse();
    this.#known = new Set([...newest.map(({ id }) => id), ...this.#known].slice(0, 1000));
    if (this.#isFirst) this.#mix = come.reverse(); // they were here before the wall was
    else this.#fresh = [...this.#fresh, ...come.map((slide) => ({ ...slide, isNew: true }))].slice(-MOST_NEW);
    this.#isFirst = false;
    const isShownGone = this.#shown && isGone.has(this.#shown.id);
    if (isShownGone) {
      this.#screen.clear();
      this.#shown = null;
    }
    if (isShownGone || !this.#shown || (come.length && this.#fresh.length === come.length && !this.#shown.isNew)) this.#next();
  }

  async #fillMix() {
    const isBest = this.#section.querySelector("[data-wall-mix]").value === "best";
    try {
      const response = await fetch(`${this.#section.dataset.mix}?best=${isBest}`, { headers: { Accept: "application/json" } });
      if (response.ok) this.#mix = (await response.json()).slides;
    } catch {
      return; // what is shown stays
    }
  }

  #wait() {
    clearTimeout(this.#timer);
    if (this.#isPlaying) this.#timer = setTimeout(() => this.#next(), this.#milliseconds());
  }

  async #next() {
    if (this.isMoving) return;
    this.isMoving = true;
    clearTimeout(this.#timer);
    if (!this.#fresh.length && !this.#mix.length) await this.#fillMix();
    for (let tries = 0; tries < 5; tries += 1) {
      const slide = this.#fresh.shift() ?? this.#mix.shift();
      if (!slide) break;
      if (slide.id === this.#shown?.id) continue;
      if (!(await this.#screen.show(slide, wallFigure))) continue;
      this.#shown = slide;
      this.#section.querySelector("[data-wall-new]").hidden = !slide.isNew;
      break;
    }
    this.#section.querySelector("[data-wall-empty]").hidden = Boolean(this.#shown);
    this.isMoving = false;
    this.#wait();
  }
}

function wallFigure(slide) {
  const figure = figureOf({ ...slide, video: "", caption: "" });
  const back = Object.assign(new Image(), { src: slide.small, alt: "", className: "wall-back" });
  figure.append(back); // after the photo itself, which is waited for; it lies behind
  const words = document.createElement("figcaption");
  words.className = "wall-by";
  words.append(Object.assign(document.createElement("span"), { dir: "auto", textContent: slide.by }));
  if (slide.caption) words.append(" ", Object.assign(document.createElement("span"), { className: "wall-caption", dir: "auto", textContent: slide.caption }));
  if (slide.by || slide.caption) figure.append(words);
  return figure;
}

const section = document.querySelector("[data-wall]");
if (section) new Wall(section);
