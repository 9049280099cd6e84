// A slideshow: pages of photos from the API, so many at a time however large the room is; at the end it begins again.
import { api } from "./api.js";
import { drawPlaying, rememberSeconds, Screen } from "./screen.js";
import { toast } from "./toasts.js";
import { gettext, isRightToLeft } from "./words.js";

const PAST = 50; // that one can go back to
const LONGEST_VIDEO_MS = 30_000;
const RETRY_MS = 4000;
const LISTEN_MS = 15_000; // through a link: what has come, and whether it still lets one look
const REFUSED = [401, 403, 404, 410];
const MOST_MISSES = 20; // pictures one after the other that can't be had

class Slideshow {
  #section;
  #screen;
  #onEnd;
  #coming = [];
  #past = [];
  #shown = null;
  #nextUrl;
  #timer = null;
  #filling = null;
  #isPlaying = true;
  #isMoving = false;
  #milliseconds;

  constructor(section, onEnd) {
    this.#section = section;
    this.#onEnd = onEnd;
    this.#screen = new Screen(section);
    this.#nextUrl = section.dataset.next;
    this.#milliseconds = rememberSeconds(section.querySelector("[data-slideshow-seconds]"), "photoroom-slideshow-seconds");
    const first = section.querySelector("[data-slide]");
    this.#shown = first && { id: Number(first.dataset.slide), page: first.dataset.page, element: first.cloneNode(true) };
    const { signal } = this.#screen;
    section.addEventListener("click", (event) => this.#click(event), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal, capture: true });
    document.addEventListener("visibilitychange", () => this.#wait(), { signal });
    section.querySelector("[data-slideshow-seconds]").addEventListener("change", () => this.#wait(), { signal });
    drawPlaying(section, true);
    this.#fill();
    this.#wait();
    if (section.dataset.live) this.#listen(section.dataset.live, Number(section.dataset.newest));
  }

  // A link that was withdrawn or is over shows nothing any more, also on a screen that nobody touches.
  #listen(url, newest) {
    setTimeout(async () => {
      if (this.#screen.signal.aborted) return;
      let last = newest;
      try {
        const { results } = await api("GET", `${url}?since=${newest}`);
        this.#coming.unshift(...results);
        last = Math.max(newest, ...results.map(({ id }) => id));
      } catch (error) {
        if (REFUSED.includes(error.status)) return location.reload();
      }
      this.#listen(url, last);
    }, LISTEN_MS);
  }

  // More of the list, when little is left of it; from its beginning, when it has ended.
  #fill() {
    if (this.#coming.length > 5 || !this.#nextUrl) return Promise.resolve();
    this.#filling ??= this.#ask(this.#nextUrl).finally(() => (this.#filling = null));
    return this.#filling;
  }

  async #ask(url) {
    try {
      const { results, next } = await api("GET", url);
      this.#coming.push(...results);
      this.#nextUrl = next ?? (results.length || url !== this.#section.dataset.first ? this.#section.dataset.first : "");
      this.#preload();
    } catch (error) {
      if (REFUSED.includes(error.status)) this.#nextUrl = ""; // else there is no connection: once more with the next photo
    }
  }

  #preload() {
    const [next] = this.#coming;
    if (next && !next.video) new Image().src = next.src;
  }

  #wait() {
    clearTimeout(this.#timer);
    if (!this.#isPlaying || document.hidden || this.#screen.signal.aborted) return;
    const video = this.#screen.current?.querySelector("video");
    if (video && !video.ended) {
      video.addEventListener("ended", () => this.next(), { once: true });
      video.addEventListener("error", () => this.next(), { once: true });
      video.play().catch(() => undefined);
    }
    this.#timer = setTimeout(() => this.next(), video ? LONGEST_VIDEO_MS : this.#milliseconds());
  }

  async next() {
    if (this.#isMoving) return;
    this.#isMoving = true;
    clearTimeout(this.#timer);
    let misses = 0;
    for (; misses < MOST_MISSES; misses += 1) {
      if (!this.#coming.length) await this.#fill();
      const slide = this.#coming.shift();
      if (!slide) break;
      if (await this.#show(slide)) break;
    }
    this.#isMoving = false;
    this.#fill();
    this.#preload();
    if (misses === MOST_MISSES || !this.#coming.length) this.#timer = setTimeout(() => this.#isPlaying && this.next(), RETRY_MS);
    else this.#wait();
  }

  async previous() {
    if (this.#isMoving || !this.#past.length) return;
    this.#isMoving = true;
    const before = this.#shown;
    const slide = this.#past.pop();
    if (await this.#show(slide, { isBack: true })) this.#coming.unshift(before);
    this.#isMoving = false;
    this.#wait();
  }

  async #show(slide, { isBack = false } = {}) {
    if (slide.id === this.#shown?.id) return true; // the only one
    const make = slide.element && (() => slide.element.cloneNode(true));
    if (!(await this.#screen.show(slide, make))) return false;
    if (!isBack && this.#shown) this.#past.push(this.#shown);
    if (this.#past.length > PAST) this.#past.shift();
    this.#shown = slide;
    if (!this.#isPlaying) this.#section.querySelector("[data-slide-status]").textContent = slide.alt ?? "";
    return true;
  }

  toggle() {
    this.#isPlaying = !this.#isPlaying;
    drawPlaying(this.#section, this.#isPlaying);
    const video = this.#screen.current?.querySelector("video");
    if (!this.#isPlaying) video?.pause();
    this.#wait();
  }

  close() {
    this.#screen.end();
    clearTimeout(this.#timer);
    this.#onEnd(this.#shown?.page);
  }

  #click(event) {
    const does = (name) => event.target.closest(`[data-slideshow-${name}]`);
    if (does("previous")) this.previous();
    else if (does("next")) this.next();
    else if (does("play")) this.toggle();
    else if (does("close")) this.close();
    else return;
    event.preventDefault();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("select")) return;
    const isButton = event.target.matches?.("button, a");
    const [forward, backward] = isRightToLeft ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
    const acts = { [forward]: () => this.next(), [backward]: () => this.previous(), " ": () => this.toggle(), f: () => this.#screen.toggleFull(), Escape: () => this.close() };
    if (!acts[event.key] || (isButton && event.key === " ")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    acts[event.key]();
  }
}

// On its own page: its end is the way back.
export function playHere(section) {
  if (!section.querySelector("[data-slide]")) return;
  new Slideshow(section, () => location.assign(section.querySelector("[data-slideshow-close]").href));
}

// Over the viewer: at its end the viewer shows the photo that was shown last.
export async function playOver(url, { load, onEnd }) {
  if (document.querySelector("[data-slideshow]")) return;
  let section;
  try {
    const page = await load(url);
    section = document.adoptNode(page.querySelector("[data-slideshow]"));
  } catch {
    return toast(gettext("The slideshow could not be opened. Try again."));
  }
  const styles = Object.assign(document.createElement("link"), { rel: "stylesheet", href: section.dataset.css });
  await new Promise((resolve) => {
    styles.addEventListener("load", resolve);
    styles.addEventListener("error", resolve);
    document.head.append(styles);
  });
  const focused = document.activeElement;
  const behind = [...document.body.children].filter((element) => !element.inert && !element.matches("script, template"));
  for (const element of behind) element.inert = true;
  const query = new URL(url, location.href).searchParams;
  query.delete("photo");
  document.body.append(section);
  section.querySelector("[data-slideshow-close]").focus({ focusVisible: false });
  new Slideshow(section, (page) => {
    section.remove();
    styles.remove();
    for (const element of behind) element.inert = false;
    focused?.focus({ preventScroll: true });
    const text = String(query);
    onEnd(page && `${page}${text ? `?${text}` : ""}`);
  });
}
