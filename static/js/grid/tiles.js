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
  #old = new Set(); // those of them that may have changed
  #asked = new Set();
  #waiting = [];
  #running = 0;
  #age = 0; // an answer that was asked for before photos changed may be old already
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

  isFresh(id) {
    return this.#known.has(id) && !this.#old.has(id);
  }

  // Asks for these photos; what was waiting before is not wanted any more.
  want(ids) {
    this.#waiting = ids.filter((id) => !this.isFresh(id) && !this.#asked.has(id));
    this.#next();
  }

  // What is known of these photos, or of all, may not be true any more; it is shown until it is known better.
  doubt(ids) {
    this.#age += 1;
    this.#asked.clear();
    for (const id of ids ?? this.#known.keys()) this.#old.add(id);
  }

  async #next() {
    if (this.#running >= MOST_REQUESTS || !this.#waiting.length) return;
    const ids = this.#waiting.splice(0, AT_ONCE);
    for (const id of ids) this.#asked.add(id);
    this.#running += 1;
    const age = this.#age;
    try {
      const { tiles } = await api("GET", `${this.#url}?photos=${ids.join(",")}`);
      const found = new Map(tiles.map((facts) => [facts.id, facts]));
      for (const id of ids) {
        this.#known.set(id, found.get(id) ?? null); // null: it is not here any more
        if (age === this.#age) this.#old.delete(id);
      }
      for (const id of this.#known.keys()) {
        if (this.#known.size <= MOST_KEPT) break;
        this.#known.delete(id);
        this.#old.delete(id);
      }
      this.#onCome(ids);
    } catch {
      // Asked for again when the grid is drawn next.
    } finally {
      if (age === this.#age) for (const id of ids) this.#asked.delete(id);
      this.#running -= 1;
      this.#next();
    }
  }
}

export class Tiles {
  #idle = [];
  #template;
  #words; // what a tile is called until it is known what it shows
  #pageOf;

  // pageOf answers the address of a photo's page.
  constructor(template, pageOf) {
    this.#template = template.content.firstElementChild;
    this.#words = wordsOf(this.#template);
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
    const { image, blur, link, note, pending, failed, select, words } = tile.parts;
    for (const name of ["src", "srcset", "sizes"]) image.removeAttribute(name);
    image.className = "photo is-coming";
    image.alt = "";
    blur.removeAttribute("src");
    blur.hidden = true;
    for (const part of [note, pending, failed]) part.hidden = true;
    link.tabIndex = -1;
    [select.textContent, words.textContent] = this.#words;
    delete tile.facts;
    delete tile.shows;
    tile.style.removeProperty("--color");
    this.#idle.push(tile);
  }
}

function wordsOf(tile) {
  return ["[data-tile-select]", "[data-tile-words]"].map((selector) => tile.querySelector(selector).textContent);
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
  if (tile.facts === facts) return;
  tile.facts = facts;
  tile.dataset.state = facts.state;
  if (tile.parts) write(tile, facts);
  else exchange(tile, facts);
}

function write(tile, facts) {
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

// A tile that the server made: only its picture can have become another one.
function exchange(tile, { srcset, placeholder, alt }) {
  const image = tile.querySelector(".photo");
  if (!image || !srcset) return;
  image.alt = alt;
  if (image.srcset.startsWith(srcset)) return; // the page's has larger ones as well
  image.srcset = srcset;
  image.src = smallestOf(srcset);
  const blur = tile.querySelector(".photo-blur");
  if (!blur) return;
  if (placeholder) blur.src = PLACEHOLDER + placeholder;
  blur.hidden = !placeholder; // under a picture with transparent parts it would be seen
}

const smallestOf = (srcset) => srcset.slice(0, srcset.indexOf(" "));

// The picture: comes in over its placeholder once it is decoded; over an earlier one of the same photo at once.
export function load(tile, facts, widthPx) {
  if (!tile.parts || !facts.srcset || tile.shows === facts.srcset) return;
  const { image } = tile.parts;
  const density = devicePixelRatio || 1;
  tile.shows = facts.srcset;
  image.sizes = `${Math.ceil((widthPx * Math.min(density, SHARP_ENOUGH)) / density)}px`;
  image.srcset = facts.srcset;
  image.src = smallestOf(facts.srcset);
  image.decode().then(() => arrive(tile, facts), () => loadSmallest(tile, facts));
}

// The right size can't be had: the smallest one, which every photo has.
function loadSmallest(tile, facts) {
  const { image } = tile.parts;
  if (tile.shows !== facts.srcset || !image.srcset) return;
  image.removeAttribute("srcset");
  image.decode().then(() => arrive(tile, facts), () => {});
}

function arrive(tile, facts) {
  if (tile.shows !== facts.srcset) return; // it shows another picture by now
  tile.parts.image.classList.remove("is-coming");
}
