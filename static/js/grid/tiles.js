// Tiles: made from the template of the page, filled with what the server says about a photo, used again for others.
import { api } from "../api.js";
import { gettext } from "../words.js";

const MOST_KEPT = 3000; // photos of which it is remembered what they show
const MOST_IDLE = 150; // tiles that wait for their next use
const AT_ONCE = 120;
const MOST_REQUESTS = 2;
const PLACEHOLDER = "data:image/webp;base64,";
const SHARP_ENOUGH = 2; // more pixels per point than this nobody sees on a small picture

export class Facts {
  #known = new Map(); // by id, the ones used last at the end
  #asked = new Set();
  #waiting = [];
  #running = 0;
  #url;
  #onCome;

  constructor(url, onCome) {
    this.#url = url;
    this.#onCome = onCome;
  }

  get(id) {
    const facts = this.#known.get(id);
    if (facts) {
      this.#known.delete(id);
      this.#known.set(id, facts);
    }
    return facts;
  }

  // Asks for those of the photos that are not known; what was waiting before is not wanted any more.
  want(ids) {
    this.#waiting = ids.filter((id) => !this.#known.has(id) && !this.#asked.has(id));
    this.#next();
  }

  forget(ids) {
    for (const id of ids) this.#known.delete(id);
  }

  async #next() {
    if (this.#running >= MOST_REQUESTS || !this.#waiting.length) return;
    const ids = this.#waiting.splice(0, AT_ONCE);
    for (const id of ids) this.#asked.add(id);
    this.#running += 1;
    try {
      const { tiles } = await api("GET", `${this.#url}?photos=${ids.join(",")}`);
      for (const facts of tiles) this.#known.set(facts.id, facts);
      for (const id of this.#known.keys()) {
        if (this.#known.size <= MOST_KEPT) break;
        this.#known.delete(id);
      }
      this.#onCome(ids);
    } catch {
      // Asked for again when the grid is drawn next.
    } finally {
      for (const id of ids) this.#asked.delete(id);
      this.#running -= 1;
    }
    this.#next();
  }
}

export class Tiles {
  #idle = [];
  #template;
  #pageOf;

  // pageOf answers the address of a photo's page.
  constructor(template, pageOf) {
    this.#template = template.content.firstElementChild;
    this.#pageOf = pageOf;
  }

  take(id, isChosen) {
    const tile = this.#idle.pop() ?? withParts(this.#template.cloneNode(true));
    tile.dataset.photo = id;
    delete tile.dataset.state;
    tile.parts.link.href = this.#pageOf(id);
    tile.parts.tick.checked = isChosen;
    return tile;
  }

  // A tile that has left the screen: what it was still loading is given up.
  give(tile) {
    tile.remove();
    if (this.#idle.length >= MOST_IDLE || !tile.parts) return; // those that the server made have other parts
    const { image, blur, link, note, pending, failed } = tile.parts;
    for (const name of ["src", "srcset", "sizes"]) image.removeAttribute(name);
    image.className = "photo is-coming";
    image.alt = "";
    blur.removeAttribute("src");
    blur.hidden = true;
    for (const part of [note, pending, failed]) part.hidden = true;
    link.tabIndex = -1;
    delete tile.dataset.filled;
    tile.style.removeProperty("--color");
    this.#idle.push(tile);
  }
}

function withParts(tile) {
  const find = (selector) => tile.querySelector(selector);
  tile.parts = {
    image: find(".photo"),
    blur: find(".photo-blur"),
    link: find(".tile-link"),
    tick: find(".tile-tick input"),
    note: find(".tile-note"),
    pending: find("[data-tile-pending]"),
    failed: find("[data-tile-failed]"),
    select: find("[data-tile-select]"),
    words: find("[data-tile-words]"),
  };
  return tile;
}

function put(part, text) {
  part.hidden = text === null;
  if (text) part.querySelector("[data-text]").textContent = text;
}

const clock = (seconds) => `${Math.floor(Math.round(seconds) / 60)}:${String(Math.round(seconds) % 60).padStart(2, "0")}`;

// Everything but the picture itself.
export function fill(tile, facts) {
  if (tile.dataset.state === facts.state && tile.dataset.filled === String(facts.id)) return;
  tile.dataset.state = facts.state;
  tile.dataset.filled = facts.id;
  tile.style.setProperty("--color", facts.color);
  const { image, blur, note, pending, failed, select, words } = tile.parts;
  if (facts.placeholder) blur.src = PLACEHOLDER + facts.placeholder;
  blur.hidden = !facts.placeholder;
  put(note, facts.kind === "video" ? clock(facts.seconds ?? 0) : null);
  put(pending, facts.state === "pending" ? "" : null);
  put(failed, facts.state === "failed" ? facts.filename : null);
  select.textContent = gettext("Select {name}", { name: facts.filename });
  words.textContent = facts.srcset ? "" : facts.alt;
  image.alt = facts.srcset ? facts.alt : "";
}

// The picture: comes in over its placeholder once it is decoded.
export function load(tile, facts, widthPx) {
  const { image } = tile.parts;
  if (!facts.srcset || image.hasAttribute("src")) return;
  const density = devicePixelRatio || 1;
  image.sizes = `${Math.ceil((widthPx * Math.min(density, SHARP_ENOUGH)) / density)}px`;
  image.srcset = facts.srcset;
  image.src = facts.srcset.slice(0, facts.srcset.indexOf(" "));
  const { filled } = tile.dataset;
  image.decode().then(() => arrive(tile, filled), () => loadSmallest(tile, filled));
}

// The right size can't be had: the smallest one, which every photo has.
function loadSmallest(tile, filled) {
  const { image } = tile.parts;
  if (tile.dataset.filled !== filled || !image.srcset) return;
  image.removeAttribute("srcset");
  image.decode().then(() => arrive(tile, filled), () => {});
}

function arrive(tile, filled) {
  if (tile.dataset.filled !== filled) return; // it shows another photo by now
  tile.parts.image.classList.remove("is-coming");
}
