// A grid of any length: of everything that the outline tells only the rows near the screen are in the page.
import { Layout, firstWhere } from "./layout.js";
import { Facts, fill, load, Tiles } from "./tiles.js";
import { gettext } from "../words.js";

const OVERSCAN = 0.75; // screens above and below
const FLING_PX = 3500; // a second: faster than that no picture is loaded
const SETTLED_MS = 90;

export class VirtualGrid {
  outline;
  layout = null;
  #root;
  #space;
  #facts;
  #tiles;
  #dayTemplate;
  #sections = new Map(); // by day: { section, list, tick, tiles: Map(id, tile) }
  #titles = new Map(); // how wide the title of a day is
  #isWaiting = false;
  #settled = null;
  #last = { y: 0, at: 0 };
  #speed = 0;
  #pinned = null; // the photo that has the focus stays in the page
  #drawn = ""; // which rows were drawn last, so that scrolling within them costs nothing
  #isChosen;
  #onDraw;

  // isChosen answers whether a photo is ticked; onDraw is told after each drawing.
  constructor(root, outline, { isChosen, onDraw }) {
    this.#root = root;
    this.outline = outline;
    this.#isChosen = isChosen;
    this.#onDraw = onDraw;
    this.#dayTemplate = root.querySelector("[data-day-template]").content.firstElementChild;
    this.#facts = new Facts(root.dataset.tiles, () => {
      this.#drawn = "";
      this.#drawSoon();
    });
    const [before, after] = root.dataset.photoPage.split("/0/");
    this.#tiles = new Tiles(root.querySelector("[data-tile-template]"), (id) => `${before}/${id}/${after}`);
    this.#space = document.createElement("div");
    this.#space.className = "grid-space";
    root.append(this.#space);
    this.#adopt();
    root.classList.add("is-virtual");
    addEventListener("scroll", () => this.#drawSoon(), { passive: true });
    let width = root.clientWidth;
    new ResizeObserver(() => {
      if (root.clientWidth === width) return;
      width = root.clientWidth;
      this.relayout();
    }).observe(root);
    root.addEventListener("focusin", (event) => {
      this.#pinned = Number(event.target.closest(".tile")?.dataset.photo) || null;
    });
    root.addEventListener("focusout", () => {
      this.#pinned = null;
    });
    this.relayout();
  }

  get isVirtual() {
    return true;
  }

  get ids() {
    return this.outline.ids;
  }

  // The days that the server sent along stay where they are; later they are used like all others.
  #adopt() {
    for (const section of this.#root.querySelectorAll(":scope > .day")) {
      const list = section.querySelector(".tiles");
      for (const tile of list.querySelectorAll(".tile:not([data-state=ready])")) tile.remove(); // to see them become ready
      const tiles = new Map([...list.children].map((tile) => [Number(tile.dataset.photo), tile]));
      this.#sections.set(section.dataset.day, { section, list, tick: section.querySelector("[data-select-day]"), tiles });
      this.#space.append(section);
    }
    for (const part of this.#root.querySelectorAll(".grid-more")) part.remove();
  }

  // Another outline of the same list: photos have come, gone or moved. What one looks at stays where it is.
  replace(outline) {
    this.outline = outline;
    this.relayout();
  }

  hide(ids) {
    this.outline.hide(ids);
    this.relayout();
  }

  show(ids) {
    this.outline.show(ids);
    this.relayout();
  }

  // Asks again what these photos show; without any, what all of them show.
  refresh(ids = null) {
    this.#facts.doubt(ids);
    for (const { tiles } of this.#sections.values()) {
      for (const id of ids ?? tiles.keys()) if (tiles.has(id)) tiles.get(id).isDoubted = true;
    }
    this.#drawn = "";
    this.draw();
  }

  relayout(anchor = this.anchor()) {
    const style = getComputedStyle(this.#root);
    const px = (name) => this.#lengthOf(style, name);
    const sizes = {
      width: this.#root.clientWidth,
      row: px("--row"),
      gap: px("--gap-photo"),
      head: px("--day-head"),
      dayGap: px("--day-gap"),
      dayGapBlock: px("--day-gap-block"),
    };
    this.layout = new Layout(this.outline, sizes, (day) => this.#titleWidth(day.title));
    const known = this.outline.ids.length;
    const rest = known ? Math.max(0, this.outline.total - known) / known : 0; // still on its way
    this.#space.style.blockSize = `${Math.ceil(this.layout.height * (1 + (this.outline.isWhole ? 0 : rest)))}px`;
    this.restore(anchor);
    this.#drawn = "";
    this.draw();
    this.#root.dispatchEvent(new CustomEvent("grid:layout", { bubbles: true }));
  }

  #lengthOf(style, name) {
    const text = style.getPropertyValue(name).trim();
    const scale = text.endsWith("rem") ? parseFloat(getComputedStyle(document.documentElement).fontSize) : 1;
    return parseFloat(text) * scale || 0;
  }

  #titleWidth(title) {
    if (!this.#titles.has(title)) {
      const style = getComputedStyle(this.#root);
      VirtualGrid.#pen ??= document.createElement("canvas").getContext("2d");
      VirtualGrid.#pen.font = `680 ${style.fontSize} ${style.fontFamily}`;
      this.#titles.set(title, Math.ceil(VirtualGrid.#pen.measureText(title).width) + 64);
    }
    return this.#titles.get(title);
  }

  static #pen = null;

  // Where the grid begins, below the top of the screen.
  get top() {
    return this.#space.getBoundingClientRect().top;
  }

  // The photo at the top of the screen, and how far below the top it is; null while the grid begins below it.
  anchor() {
    if (!this.layout || this.top >= 0 || !this.ids.length) return null;
    const [first] = this.layout.daysBetween(-this.top + 1, -this.top + 1);
    const day = Math.min(first, this.layout.days.length - 1);
    const [row] = this.layout.rowsBetween(day, -this.top + 1, -this.top + 1);
    const index = this.layout.rowStart[Math.min(row, this.layout.rowStart.length - 1)];
    return { id: this.ids[index], y: this.layout.boxOf(index).y + this.top };
  }

  // Scrolls so that this photo is again as far below the top.
  restore(anchor) {
    const index = anchor ? this.outline.numberOf(anchor.id) : -1;
    if (index < 0) return false;
    const move = this.layout.boxOf(index).y + this.top - anchor.y;
    if (Math.abs(move) >= 1) scrollBy({ top: move, behavior: "instant" });
    return true;
  }

  #drawSoon() {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame((now) => {
      this.#isWaiting = false;
      const seconds = Math.max(0.001, (now - this.#last.at) / 1000);
      this.#speed = seconds > 0.25 ? 0 : Math.abs(scrollY - this.#last.y) / seconds;
      this.#last = { y: scrollY, at: now };
      this.draw();
    });
  }

  draw() {
    if (!this.#root.isConnected) return;
    const { top } = this;
    const margin = innerHeight * OVERSCAN;
    const [from, to] = [-top - margin, -top + innerHeight + margin];
    const shown = new Map(); // the photos of each day: [first, end)
    const [first, end] = this.layout.daysBetween(from, to);
    for (let day = first; day < end; day += 1) {
      const [firstRow, endRow] = this.layout.rowsBetween(day, from, to);
      shown.set(day, [firstRow, endRow]);
    }
    const isSlow = this.#speed < FLING_PX;
    const drawn = `${[...shown].join("|")} ${isSlow}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#dropDays(shown);
    const wanted = [];
    let previous = null;
    for (const [day, [firstRow, endRow]] of shown) {
      previous = this.#drawDay(day, firstRow, endRow, previous, wanted);
    }
    this.#wantFacts(wanted, -top, -top + innerHeight, isSlow);
    this.#onDraw();
  }

  #dropDays(shown) {
    const keys = new Set([...shown.keys()].map((day) => this.outline.days[day].key));
    for (const [key, part] of this.#sections) {
      if (keys.has(key)) continue;
      if (part.tiles.has(this.#pinned)) continue;
      for (const tile of part.tiles.values()) this.#tiles.give(tile);
      part.section.remove();
      this.#sections.delete(key);
    }
  }

  #sectionOf({ key, title }, previous) {
    let part = this.#sections.get(key);
    if (!part) {
      const section = this.#dayTemplate.cloneNode(true);
      section.dataset.day = key;
      section.querySelector(".day-title").textContent = title;
      const tick = section.querySelector("[data-select-day]");
      tick.querySelector("[data-text]").textContent = gettext("Select all photos of {day}", { day: title });
      part = { section, list: section.querySelector(".tiles"), tick, tiles: new Map() };
      this.#sections.set(key, part);
    }
    const next = previous ? previous.section.nextElementSibling : this.#space.firstElementChild;
    if (next !== part.section) this.#space.insertBefore(part.section, next);
    part.tick.hidden = false;
    return part;
  }

  #drawDay(day, firstRow, endRow, previous, wanted) {
    const part = this.#sectionOf(this.outline.days[day], previous);
    const box = this.layout.days[day];
    place(part.section, box.x, box.y, box.width, box.height);
    const keep = new Set();
    for (let row = firstRow; row < endRow; row += 1) {
      for (let at = this.layout.rowStart[row]; at < this.layout.endOfRow(row); at += 1) keep.add(this.ids[at]);
    }
    for (const [id, tile] of part.tiles) {
      if (keep.has(id) || id === this.#pinned) continue;
      part.tiles.delete(id);
      this.#tiles.give(tile);
    }
    let after = null;
    for (let row = firstRow; row < endRow; row += 1) {
      this.layout.eachOfRow(row, (index, x, width) => {
        const id = this.ids[index];
        let tile = part.tiles.get(id);
        if (!tile) {
          tile = this.#tiles.take(id, this.#isChosen(id));
          part.tiles.set(id, tile);
        }
        const next = after ? after.nextElementSibling : part.list.firstElementChild;
        if (next !== tile) part.list.insertBefore(tile, next);
        after = tile;
        place(tile, x, this.layout.rowY[row], width, this.layout.rowHeight[row]);
        wanted.push({ id, tile, width, y: box.y + this.layout.sizes.head + this.layout.rowY[row] });
      });
    }
    return part;
  }

  // What the tiles show: nearest the screen first; pictures only where the scrolling is slow enough to see them.
  #wantFacts(wanted, top, bottom, isSlow) {
    const missing = [];
    for (const { id, tile, width, y } of wanted) {
      if (!tile.parts && !tile.isDoubted) continue; // the server has made it, and it is true
      const facts = this.#facts.get(id);
      if (!this.#facts.isFresh(id)) missing.push({ id, distance: Math.max(0, top - y, y - bottom) });
      if (!facts) continue;
      fill(tile, facts);
      if (isSlow) load(tile, facts, width);
    }
    if (isSlow) this.#facts.want(missing.sort((a, b) => a.distance - b.distance).map(({ id }) => id));
    else {
      clearTimeout(this.#settled);
      this.#settled = setTimeout(() => {
        this.#speed = 0;
        this.draw();
      }, SETTLED_MS);
    }
  }

  tileOf(id) {
    const key = this.dayOf(this.outline.numberOf(id))?.key;
    return this.#sections.get(key)?.tiles.get(id) ?? null;
  }

  dayOf(index) {
    if (index < 0) return null;
    return this.outline.days[firstWhere(0, this.outline.days.length, (day) => this.outline.days[day].start > index) - 1];
  }

  idsOfDay(key) {
    const day = this.outline.days.find((one) => one.key === key);
    return day ? [...this.ids.subarray(day.start, day.start + day.count)] : [];
  }

  // Brings a photo onto the screen; answers its tile.
  reveal(id, { block = "nearest" } = {}) {
    const index = this.outline.numberOf(id);
    if (index < 0) return null;
    const box = this.layout.boxOf(index);
    const y = box.y + this.top;
    const space = 72; // what stands over the grid: the head of the day above, the selection below
    if (block === "start") scrollBy({ top: y - this.layout.sizes.head, behavior: "instant" });
    else if (y < space) scrollBy({ top: y - space, behavior: "instant" });
    else if (y + box.height > innerHeight - space) scrollBy({ top: Math.min(y - space, y + box.height - innerHeight + space), behavior: "instant" });
    this.draw();
    return this.tileOf(id);
  }

  // The photo above or below another one, the nearest in its row.
  neighbor(index, rows) {
    const box = this.layout.boxOf(index);
    const row = box.row + rows;
    if (row < 0 || row >= this.layout.rowStart.length) return index;
    const middle = box.x + box.width / 2;
    const { x: dayX } = this.layout.days[this.layout.dayOfRow(row)];
    let [found, nearest] = [index, Infinity];
    this.layout.eachOfRow(row, (number, x, width) => {
      const distance = Math.abs(dayX + x + width / 2 - middle);
      if (distance < nearest) [found, nearest] = [number, distance];
    });
    return found;
  }

  // A point of the screen in the grid, as the layout counts: from the side where lines begin.
  pointOf(clientX, clientY) {
    const box = this.#space.getBoundingClientRect();
    const isFlipped = getComputedStyle(this.#space).direction === "rtl";
    return { x: isFlipped ? box.right - clientX : clientX - box.left, y: clientY - box.top };
  }

  indexAt(clientX, clientY) {
    const { x, y } = this.pointOf(clientX, clientY);
    return this.layout.indexAt(x, y);
  }

  idsIn(rectangle) {
    return this.layout.indexesIn(rectangle).map((index) => this.ids[index]);
  }

  get space() {
    return this.#space;
  }

  get shownDays() {
    return this.#sections;
  }
}

function place(element, x, y, width, height) {
  const key = `${x}|${y}|${width}|${height}`;
  if (element.placedAt === key) return;
  element.placedAt = key;
  const { style } = element;
  style.insetInlineStart = `${x}px`;
  style.insetBlockStart = `${y}px`;
  style.inlineSize = `${width}px`;
  style.blockSize = `${height}px`;
}
