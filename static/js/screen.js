// What a slideshow and the live wall share: one photo after the other in calm cross-fades, a bar that hides, a screen that stays awake.
import { gettext } from "./words.js";

const HIDE_AFTER_MS = 3000;
const LONGEST_FADE_MS = 2500;

const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Screen {
  #section;
  #slides;
  #hiding = null;
  #lock = null;
  #ended = new AbortController();

  constructor(section) {
    this.#section = section;
    this.#slides = section.querySelector("[data-slides]");
    for (const element of section.querySelectorAll("[data-needs-scripts]")) element.hidden = false;
    const { signal } = this.#ended;
    for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) section.addEventListener(name, () => this.#showBar(), { signal });
    section.querySelector("[data-slideshow-full]")?.addEventListener("click", () => this.toggleFull(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#keepAwake(), { signal });
    if (!document.fullscreenEnabled) section.querySelector("[data-slideshow-full]")?.setAttribute("hidden", "");
    this.#keepAwake();
    this.#showBar();
  }

  get signal() {
    return this.#ended.signal;
  }

  // The bar comes with any movement and goes again, but not from under the keys or an open list.
  #showBar() {
    this.#section.classList.remove("is-quiet");
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => {
      const held = this.#section.querySelector("[data-slideshow-bar] :is(:focus-visible, :hover, select:focus)");
      if (held) this.#showBar();
      else this.#section.classList.add("is-quiet");
    }, HIDE_AFTER_MS);
  }

  async #keepAwake() {
    try {
      this.#lock = await navigator.wakeLock?.request("screen");
    } catch {
      this.#lock = null; // low battery, or not allowed: it may go dark
    }
  }

  toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => undefined);
  }

  get current() {
    return this.#slides?.lastElementChild;
  }

  // True as soon as the slide is shown; false where its picture can't be had.
  async show(slide, make) {
    const figure = make ? make(slide) : figureOf(slide);
    const media = figure.querySelector("img");
    try {
      await media?.decode();
    } catch {
      return false;
    }
    if (this.signal.aborted) return false;
    const old = [...this.#slides.children];
    this.#slides.append(figure);
    const end = () => old.forEach((one) => one.remove());
    if (isStill()) {
      figure.classList.add("is-shown");
      end();
    } else {
      requestAnimationFrame(() => requestAnimationFrame(() => figure.classList.add("is-shown")));
      figure.addEventListener("transitionend", end, { once: true });
      setTimeout(end, LONGEST_FADE_MS); // no transition ends where the page is not seen
    }
    return true;
  }

  clear() {
    this.#slides.replaceChildren();
  }

  end() {
    this.#ended.abort();
    clearTimeout(this.#hiding);
    this.#lock?.release().catch(() => undefined);
    if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
  }
}

export function figureOf(slide) {
  const figure = document.createElement("figure");
  figure.className = "slide";
  figure.dataset.slide = slide.id;
  figure.dataset.page = slide.page;
  const media = slide.video ? Object.assign(document.createElement("video"), { src: slide.video, poster: slide.src, muted: true, playsInline: true, autoplay: true }) : Object.assign(new Image(), { src: slide.src, alt: slide.alt });
  media.className = "slide-photo";
  if (slide.video) media.setAttribute("aria-label", slide.alt);
  figure.append(media);
  const words = slide.note || slide.caption;
  if (words) figure.append(Object.assign(document.createElement("figcaption"), { className: "slide-caption", dir: "auto", textContent: words }));
  return figure;
}

export function drawPlaying(section, isPlaying) {
  const button = section.querySelector("[data-slideshow-play]");
  button.setAttribute("aria-pressed", String(isPlaying));
  button.title = isPlaying ? gettext("Pause") : gettext("Play");
  section.classList.toggle("is-paused", !isPlaying);
}

// How long each photo stays, as chosen before in this browser.
export function rememberSeconds(select, key) {
  const known = localStorage.getItem(key);
  if ([...select.options].some(({ value }) => value === known)) select.value = known;
  select.addEventListener("change", () => localStorage.setItem(key, select.value));
  return () => Number(select.value) * 1000;
}
