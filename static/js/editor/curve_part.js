// A curve over the histogram: points that are dragged, added by a press, taken away by a double one.
import { formatNumber, gettext } from "../words.js";
import { make, svg } from "./dom.js";
import { smoothCurve } from "./pixels.js";

const SIZE = 100;
const NEAR = 7;
const APART = 0.01; // two points on the same brightness would be one
const MOST_POINTS = 16;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const START = [[0, 0], [1, 1]];
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

// One drawing for all channels of an operation, shared by its parameters: the chosen one is edited.
const shared = new WeakMap();

export function curve(editor, operation, parameter, on) {
  let board = shared.get(editor);
  if (!board) {
    board = new Board(editor, operation);
    shared.set(editor, board);
  }
  board.add(parameter, on);
  const isFirst = operation.parameters[0] === parameter;
  if (operation.parameters.at(-1) === parameter) shared.delete(editor);
  return { element: isFirst ? board.element : make("div", { hidden: true }), set: (value) => board.set(parameter.name, value) };
}

class Board {
  #channels = new Map();
  #current = "";
  #held = -1;
  #editor;

  constructor(editor, operation) {
    this.#editor = editor;
    this.tabs = make("div", { class: "choice-chips curve-tabs", role: "group", "aria-label": operation.label });
    this.bins = svg("path", { class: "curve-bins" });
    this.line = svg("path", { class: "curve-line" });
    this.points = svg("g", {});
    const grid = svg("path", { class: "curve-grid", d: "M25 0V100M50 0V100M75 0V100M0 25H100M0 50H100M0 75H100M0 100L100 0" });
    this.drawing = svg("svg", { class: "curve", viewBox: `-4 -4 ${SIZE + 8} ${SIZE + 8}`, role: "group", "aria-label": gettext("Curve. Press on it to add a point, arrow keys move it, Delete takes it away.") }, grid, this.bins, this.line, this.points);
    this.element = make("div", { class: "stack-s" }, this.tabs, this.drawing);
    this.drawing.addEventListener("pointerdown", (event) => this.#down(event));
    this.drawing.addEventListener("pointermove", (event) => this.#held >= 0 && this.#move(this.#at(event)));
    for (const name of ["pointerup", "pointercancel"]) this.drawing.addEventListener(name, () => this.#end());
    this.drawing.addEventListener("dblclick", (event) => this.#remove(this.#near(this.#at(event))));
    this.drawing.addEventListener("keydown", (event) => this.#key(event));
    editor.onHistogram((bins) => this.#showBins(bins));
  }

  add({ name, label }, on) {
    const tab = make("button", { type: "button", class: `chip-choice chip-button curve-${name}`, "aria-pressed": "false", onclick: () => this.#choose(name) }, label);
    this.#channels.set(name, { on, tab, points: START });
    this.tabs.append(tab);
    if (!this.#current) this.#choose(name);
  }

  #choose(name) {
    this.#current = name;
    for (const [one, { tab }] of this.#channels) tab.setAttribute("aria-pressed", String(one === name));
    this.drawing.dataset.channel = name;
    this.#draw();
  }

  set(name, points) {
    this.#channels.get(name).points = points.length ? points.toSorted(([a], [b]) => a - b) : START;
    if (name === this.#current && this.#held < 0) this.#draw();
  }

  get #points() {
    return this.#channels.get(this.#current).points;
  }

  // Whoever moves points by keys stays on one, though all are drawn anew.
  #draw(focused = [...this.points.children].indexOf(document.activeElement)) {
    const points = this.#points;
    const follow = smoothCurve(points);
    const path = Array.from({ length: 65 }, (_, n) => `${((n / 64) * SIZE).toFixed(2)} ${((1 - clamp(follow(n / 64), 0, 1)) * SIZE).toFixed(2)}`);
    this.line.setAttribute("d", `M${path.join("L")}`);
    this.points.replaceChildren(...points.map(([x, y], n) => svg("circle", {
      cx: x * SIZE, cy: (1 - y) * SIZE, r: 3.2, class: "curve-point", tabindex: 0, role: "img", "data-n": n,
      "aria-label": gettext("Point {number}: {from} becomes {to}", { number: n + 1, from: formatNumber(Math.round(x * 255)), to: formatNumber(Math.round(y * 255)) }),
    })));
    if (focused >= 0) this.points.children[Math.min(focused, points.length - 1)].focus({ preventScroll: true });
  }

  #showBins({ luma, red, green, blue }) {
    const bins = { red, green, blue }[this.#current] ?? luma;
    if (!bins || !this.element.isConnected) return;
    const grouped = Array.from({ length: 64 }, (_, n) => Math.sqrt(bins[4 * n] + bins[4 * n + 1] + bins[4 * n + 2] + bins[4 * n + 3]));
    const most = Math.max(1, ...grouped);
    this.bins.setAttribute("d", `M0 ${SIZE}${grouped.map((count, n) => `L${((n + 0.5) / 64) * SIZE} ${(1 - count / most) * SIZE}`).join("")}L${SIZE} ${SIZE}Z`);
  }

  #at(event) {
    const frame = this.drawing.getBoundingClientRect();
    const scale = (SIZE + 8) / frame.width;
    return [((event.clientX - frame.left) * scale - 4) / SIZE, 1 - ((event.clientY - frame.top) * scale - 4) / SIZE];
  }

  #near([x, y]) {
    return this.#points.findIndex(([px, py]) => Math.hypot(px - x, py - y) * SIZE < NEAR);
  }

  #down(event) {
    if (event.button > 0 || this.#held >= 0) return;
    event.preventDefault();
    this.drawing.setPointerCapture(event.pointerId);
    const place = this.#at(event);
    this.#held = this.#near(place);
    if (this.#held >= 0 || !this.#hasRoom(place[0])) return;
    const after = this.#points.findIndex(([px]) => px > place[0]);
    this.#held = after < 0 ? this.#points.length : after;
    this.#put(this.#points.toSpliced(this.#held, 0, tidy(place)));
  }

  #move([x, y]) {
    const points = [...this.#points];
    const low = this.#held ? points[this.#held - 1][0] + APART : 0;
    const high = this.#held < points.length - 1 ? points[this.#held + 1][0] - APART : 1;
    points[this.#held] = tidy([clamp(x, low, high), y]);
    this.#put(points);
  }

  #hasRoom(x) {
    return this.#points.length < MOST_POINTS && this.#points.every(([px]) => Math.abs(px - clamp(x, 0, 1)) >= APART);
  }

  #put(points, focused = this.#held) {
    const channel = this.#channels.get(this.#current);
    channel.points = points;
    this.#draw(focused);
    channel.on.input(points);
  }

  #end(isKeyed = false) {
    if (this.#held < 0) return;
    this.#held = -1;
    this.#channels.get(this.#current).on.change(isKeyed);
  }

  #remove(n) {
    if (n < 0 || this.#points.length <= 2) return;
    this.#put(this.#points.filter((_, other) => other !== n), n);
    this.#channels.get(this.#current).on.change();
  }

  #key(event) {
    const n = Number(event.target.dataset?.n ?? -1);
    if (n < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      this.#held = n;
      const [x, y] = this.#points[n];
      const step = event.shiftKey ? 0.05 : 0.01;
      this.#move([x + arrow[0] * step, y + arrow[1] * step]);
      this.#end(true);
    } else if (event.key === "Delete" || event.key === "Backspace") this.#remove(n);
    else if (event.key === "+" || event.key === "Insert") this.#insert(n);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // A point between this one and the next, for whoever has no mouse.
  #insert(n) {
    const points = this.#points;
    const to = Math.min(n, points.length - 2);
    const x = (points[to][0] + points[to + 1][0]) / 2;
    if (!this.#hasRoom(x)) return;
    this.#put(points.toSpliced(to + 1, 0, tidy([x, smoothCurve(points)(x)])), to + 1);
    this.#channels.get(this.#current).on.change();
  }
}

const tidy = ([x, y]) => [x, y].map((one) => Math.round(clamp(one, 0, 1) * 1e4) / 1e4);
