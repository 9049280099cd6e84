// The frame of a crop on the photo: eight handles, dragged, touched or moved by keys; ratios; thirds.
import { gettext } from "../words.js";
import { make } from "./dom.js";

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const isAbout = (a, b) => Object.entries(a).every(([name, share]) => Math.abs(share - b[name]) < 1e-4);
const LEAST = 0.02;
const REACH_PX = 26; // of a finger around a handle
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HANDLES = {
  nw: ["left", "top"], n: [null, "top"], ne: ["right", "top"], e: ["right", null],
  se: ["right", "bottom"], s: [null, "bottom"], sw: ["left", "bottom"], w: ["left", null],
};

export const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };

// on: {input(values), change(what a key moved)}
export class CropTool {
  #stage;
  #on;
  #box = { ...WHOLE };
  #ratio = null; // width by height in shares of the frame; null: free
  #chosen = null; // the frame that was drawn by hand, from which each ratio takes as much as there is
  #shaped = null; // what a ratio has made of it
  #held = null;

  constructor(stage, on) {
    this.#stage = stage;
    this.#on = on;
    const names = {
      nw: gettext("Top left corner"), n: gettext("Top edge"), ne: gettext("Top right corner"), e: gettext("Right edge"),
      se: gettext("Bottom right corner"), s: gettext("Bottom edge"), sw: gettext("Bottom left corner"), w: gettext("Left edge"),
    };
    const handles = Object.keys(HANDLES).map((way) => make("button", { type: "button", class: `crop-handle crop-${way}`, "data-handle": way, "aria-label": names[way] }));
    this.element = make("div", { class: "crop-box", role: "group", tabindex: "0", "aria-label": gettext("What is kept. Arrow keys move it.") },
      make("span", { class: "crop-thirds", "aria-hidden": "true" }), make("span", { class: "crop-grid", "aria-hidden": "true" }), ...handles);
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  open(values, { isFine = false } = {}) {
    this.#stage.overlay.append(this.element);
    this.#stage.overlay.classList.add("is-cropping");
    this.set(values);
    this.element.classList.toggle("is-fine", isFine);
  }

  close() {
    this.element.remove();
    this.#stage.overlay.classList.remove("is-cropping");
  }

  set fine(isFine) {
    this.element.classList.toggle("is-fine", isFine);
  }

  set({ left, top, right, bottom }) {
    this.#box = { left, top, right, bottom };
    if (!this.#shaped || !isAbout(this.#box, this.#shaped)) this.#chosen = null;
    const { style } = this.element;
    for (const [name, value] of Object.entries(this.#box)) style.setProperty(`--${name}`, String(value));
    for (const [name, value] of Object.entries(this.#box)) this.#stage.overlay.style.setProperty(`--${name}`, String(value));
  }

  // ratio: width by height of what is kept, in pixels; size: of the frame. The frame keeps its place and its area; one ratio after
  // the other begins with what was drawn by hand, so that none of them makes it smaller and smaller.
  shape(ratio, size) {
    this.keep(ratio, size);
    if (this.#ratio === null) return;
    const chosen = this.#chosen ?? this.#box;
    const { left, top, right, bottom } = chosen;
    let [width, height] = [right - left, bottom - top];
    const area = width * height;
    height = Math.sqrt(area / this.#ratio);
    width = height * this.#ratio;
    const shrink = Math.min(1, 1 / width, 1 / height);
    this.#moveTo((left + right - width * shrink) / 2, (top + bottom - height * shrink) / 2, width * shrink, height * shrink);
    this.#shaped = this.#box;
    this.#chosen = chosen;
    this.#on.change();
  }

  // The ratio that handles keep from now on.
  keep(ratio, size) {
    this.#ratio = ratio === null ? null : (ratio * size.height) / size.width;
  }

  #tell() {
    const values = Object.fromEntries(Object.entries(this.#box).map(([name, value]) => [name, Math.round(value * 1e5) / 1e5]));
    this.#on.input(values);
  }

  #moveTo(x, y, width, height) {
    const [left, top] = [clamp(x, 0, 1 - width), clamp(y, 0, 1 - height)];
    this.set({ left, top, right: Math.min(1, left + width), bottom: Math.min(1, top + height) });
    this.#tell();
  }

  // The handle under a finger; inside of the frame it is moved as a whole.
  #wayAt({ x, y, frame }, event) {
    const direct = event.target.closest?.("[data-handle]");
    if (direct) return direct.dataset.handle;
    const { left, top, right, bottom } = this.#box;
    const [reachX, reachY] = [REACH_PX / frame.width, REACH_PX / frame.height];
    const across = Math.abs(x - left) < reachX ? "w" : Math.abs(x - right) < reachX ? "e" : "";
    const down = Math.abs(y - top) < reachY ? "n" : Math.abs(y - bottom) < reachY ? "s" : "";
    const isNear = x > left - reachX && x < right + reachX && y > top - reachY && y < bottom + reachY;
    if (isNear && (across || down)) return down + across;
    return x > left && x < right && y > top && y < bottom ? "all" : null;
  }

  down(place, event) {
    const way = this.#wayAt(place, event);
    if (!way) return false;
    const focused = way === "all" ? this.element : this.element.querySelector(`[data-handle=${way}]`);
    focused.focus({ preventScroll: true });
    this.#held = { way, from: place, box: { ...this.#box } };
    this.element.classList.add("is-held");
    return true;
  }

  move({ x, y }) {
    if (!this.#held) return;
    const { way, from, box } = this.#held;
    const [dx, dy] = [x - from.x, y - from.y];
    if (way === "all") this.#moveTo(box.left + dx, box.top + dy, box.right - box.left, box.bottom - box.top);
    else this.#stretch(box, way, dx, dy);
  }

  up() {
    this.#held = null;
    this.element.classList.remove("is-held");
    this.#on.change();
  }

  cancel() {
    if (!this.#held) return;
    this.set(this.#held.box);
    this.#tell();
    this.up();
  }

  #stretch(box, way, dx, dy) {
    const [side, edge] = HANDLES[way];
    const made = { ...box };
    if (side === "left") made.left = clamp(box.left + dx, 0, box.right - LEAST);
    if (side === "right") made.right = clamp(box.right + dx, box.left + LEAST, 1);
    if (edge === "top") made.top = clamp(box.top + dy, 0, box.bottom - LEAST);
    if (edge === "bottom") made.bottom = clamp(box.bottom + dy, box.top + LEAST, 1);
    this.set(this.#ratio ? this.#inRatio(made, box, side, edge) : made);
    this.#tell();
  }

  // With a ratio the other side follows; what is opposite of the handle stays.
  #inRatio(made, box, side, edge) {
    const ratio = this.#ratio;
    let [width, height] = [made.right - made.left, made.bottom - made.top];
    if (side && edge) {
      if (width / height > ratio) width = height * ratio;
      else height = width / ratio;
    } else if (side) height = width / ratio;
    else width = height * ratio;
    const middle = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const roomX = side === "left" ? box.right : side === "right" ? 1 - box.left : 2 * Math.min(middle[0], 1 - middle[0]);
    const roomY = edge === "top" ? box.bottom : edge === "bottom" ? 1 - box.top : 2 * Math.min(middle[1], 1 - middle[1]);
    const shrink = Math.min(1, roomX / width, roomY / height);
    [width, height] = [width * shrink, height * shrink];
    const left = side === "left" ? box.right - width : side === "right" ? box.left : middle[0] - width / 2;
    const top = edge === "top" ? box.bottom - height : edge === "bottom" ? box.top : middle[1] - height / 2;
    return { left, top, right: left + width, bottom: top + height };
  }

  #key(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const step = event.shiftKey ? 0.05 : 0.01;
    const [dx, dy] = arrow.map((way) => way * step);
    const way = event.target.dataset.handle;
    const { left, top, right, bottom } = this.#box;
    if (way) this.#stretch({ ...this.#box }, way, dx, dy);
    else this.#moveTo(left + dx, top + dy, right - left, bottom - top);
    this.#on.change(`crop ${way ?? ""}`);
  }
}
