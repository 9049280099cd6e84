// A grid of one page, all of it there: what a selection asks of any grid, read from the page itself.
export class PlainGrid {
  #root;

  constructor(root) {
    this.#root = root;
  }

  get isVirtual() {
    return false;
  }

  get #all() {
    return [...this.#root.querySelectorAll(".tile:not([hidden])")];
  }

  get space() {
    return this.#root;
  }

  get ids() {
    return this.#all.map((tile) => Number(tile.dataset.photo));
  }

  draw() {}

  tileOf(id) {
    return this.#root.querySelector(`.tile[data-photo="${id}"]`);
  }

  get shownDays() {
    const days = [...this.#root.querySelectorAll(".day")];
    return new Map(days.map((section) => [section.dataset.day ?? "", { section, tick: section.querySelector("[data-select-day]"), tiles: new Map(tilesOf(section)) }]));
  }

  idsOfDay(key) {
    return [...(this.shownDays.get(key)?.tiles.keys() ?? [])];
  }

  reveal(id, { block = "nearest" } = {}) {
    const tile = this.tileOf(id);
    tile?.scrollIntoView({ block });
    return tile;
  }

  neighbor(index, rows) {
    const boxes = this.#all.map((tile) => tile.getBoundingClientRect());
    const here = boxes[index];
    const tops = [...new Set(boxes.map((box) => Math.round(box.top)))].sort((a, b) => a - b);
    const top = tops[tops.indexOf(Math.round(here.top)) + rows];
    if (top === undefined) return index;
    const middle = (here.left + here.right) / 2;
    const distance = (at) => Math.abs((boxes[at].left + boxes[at].right) / 2 - middle);
    const row = [...boxes.keys()].filter((at) => Math.round(boxes[at].top) === top);
    return row.reduce((best, at) => (distance(at) < distance(best) ? at : best));
  }

  pointOf(clientX, clientY) {
    const box = this.#root.getBoundingClientRect();
    return { x: clientX - box.left, y: clientY - box.top };
  }

  indexAt(clientX, clientY) {
    const tile = document.elementFromPoint(clientX, clientY)?.closest(".tile");
    return tile ? this.#all.indexOf(tile) : -1;
  }

  idsIn({ x0, y0, x1, y1 }) {
    const origin = this.#root.getBoundingClientRect();
    const isTouched = (tile) => {
      const box = tile.getBoundingClientRect();
      return box.left - origin.left < x1 && box.right - origin.left > x0 && box.top - origin.top < y1 && box.bottom - origin.top > y0;
    };
    return this.#all.filter(isTouched).map((tile) => Number(tile.dataset.photo));
  }

  hide(ids) {
    this.#toggle(ids, true);
  }

  show(ids) {
    this.#toggle(ids, false);
  }

  #toggle(ids, isHidden) {
    for (const id of ids) if (this.tileOf(id)) this.tileOf(id).hidden = isHidden;
    for (const day of this.#root.querySelectorAll(".day")) day.hidden = !day.querySelector(".tile:not([hidden])");
  }
}

const tilesOf = (section) => [...section.querySelectorAll(".tile:not([hidden])")].map((tile) => [Number(tile.dataset.photo), tile]);
