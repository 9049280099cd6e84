// What is set on the photo itself: corners of a perspective, the place of a text, eyes, strokes of a brush, faces.
import { gettext } from "../words.js";
import { make, svg } from "./dom.js";

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NEAR_PX = 28;
const STILL_PX = 6; // a finger that goes no farther has only tapped
const SHOWN_MS = 900;

const lines = (points) => points.map(([x, y]) => `${x},${y}`).join(" ");
const drawing = (...children) => svg("svg", { class: "spot-drawing", viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" }, ...children);

// Places that can be dragged. on: {input(points), change()}; options: {most, names, isClosed, frame(), keep(points)}
// frame() -> {there(point), back(point), size}: `there` leads from the operation's frame to the frame that is seen now, `back` the
// other way. Asked each time, for the photo may be turned meanwhile.
export class PointsTool {
  #stage;
  #on;
  #points = [];
  #held = -1;
  #before = null; // the points when a finger came
  #off = [0, 0]; // of the held point from the finger: it does not jump under it
  #tapped = null; // far from the only point, which goes there unless the finger drags it from where it is
  #options;

  constructor(stage, options, on) {
    this.#stage = stage;
    this.#options = { most: 40, names: [], isClosed: false, keep: () => true, ...options };
    this.#on = on;
    this.outline = svg("polygon", { class: "spot-outline" });
    this.element = make("div", { class: `spot-layer${this.#options.most === 1 ? " is-single" : ""}` }, drawing(this.outline));
  }

  open(points) {
    this.#stage.overlay.append(this.element);
    this.set(points);
  }

  close() {
    this.element.remove();
  }

  set(points) {
    this.#points = points;
    this.draw();
  }

  draw() {
    const { names, isClosed, frame } = this.#options;
    const { there } = frame();
    const seen = this.#points.map((point) => there(point));
    const handles = [...this.element.querySelectorAll(".spot-handle")];
    while (handles.length > seen.length) handles.pop().remove();
    seen.forEach(([x, y], n) => {
      const handle = handles[n] ?? this.#handle(n);
      handle.setAttribute("aria-label", names[n] ?? gettext("Point {number}", { number: n + 1 }));
      handle.style.setProperty("--x", String(x));
      handle.style.setProperty("--y", String(y));
    });
    this.outline.setAttribute("points", isClosed ? lines(seen) : "");
  }

  #handle(n) {
    const handle = make("button", { type: "button", class: "spot-handle", "data-number": n });
    handle.addEventListener("keydown", (event) => this.#key(event, n));
    this.element.append(handle);
    return handle;
  }

  #nearest({ x, y, frame }) {
    let [best, near] = [-1, NEAR_PX];
    const { there } = this.#options.frame();
    this.#points.forEach((point, n) => {
      const [px, py] = there(point);
      const distance = Math.hypot((px - x) * frame.width, (py - y) * frame.height);
      if (distance < near) [best, near] = [n, distance];
    });
    return best;
  }

  down(place) {
    this.#before = this.#points;
    this.#held = this.#nearest(place);
    const isFar = this.#held < 0;
    if (isFar) {
      if (place.x < 0 || place.y < 0 || place.x > 1 || place.y > 1) return false;
      if (this.#options.most === 1 && this.#points.length) this.#held = 0;
      else if (this.#options.isClosed || this.#points.length >= this.#options.most) return false;
      else {
        this.#held = this.#points.length;
        this.#put(place.x, place.y);
      }
    }
    // A text is wide: whoever takes it by its edge moves it, and does not want it under the finger.
    this.#tapped = isFar && this.#points === this.#before ? place : null;
    const [x, y] = this.#options.frame().there(this.#points[this.#held]);
    this.#off = [x - place.x, y - place.y];
    this.element.querySelectorAll(".spot-handle")[this.#held]?.focus({ preventScroll: true });
    return true;
  }

  move({ x, y, frame }) {
    if (this.#tapped && Math.hypot((x - this.#tapped.x) * frame.width, (y - this.#tapped.y) * frame.height) < STILL_PX) return;
    this.#tapped = null;
    this.#put(x + this.#off[0], y + this.#off[1]);
  }

  #put(x, y) {
    const [u, v] = this.#options.frame().back([clamp(x, 0, 1), clamp(y, 0, 1)]);
    const points = [...this.#points];
    points[this.#held] = [u, v].map((one) => Math.round(clamp(one, 0, 1) * 1e5) / 1e5);
    if (!this.#options.keep(points)) return;
    this.set(points);
    this.#on.input(points);
  }

  up() {
    if (this.#tapped) this.#put(this.#tapped.x, this.#tapped.y);
    this.#tapped = null;
    this.#held = -1;
    this.#on.change();
  }

  // A second finger came: it was no point that was meant.
  cancel() {
    if (this.#held < 0) return;
    this.#tapped = null;
    if (this.#points !== this.#before) {
      this.set(this.#before);
      this.#on.input(this.#before);
    }
    this.up();
  }

  #key(event, n) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? 0.05 : 0.01;
      const [x, y] = this.#options.frame().there(this.#points[n]);
      this.#held = n;
      this.#put(x + arrow[0] * step, y + arrow[1] * step);
    } else if ((event.key === "Delete" || event.key === "Backspace") && !this.#options.isClosed && this.#options.most > 1) {
      this.set(this.#points.filter((_, other) => other !== n));
      this.#on.input(this.#points);
    } else return;
    event.preventDefault();
    event.stopPropagation();
    this.#on.change(Boolean(arrow));
  }
}

// Strokes of a brush. options: {frame()} as above.
export class BrushTool {
  radius = 0.02;
  adds = true;
  #stage;
  #on;
  #strokes = [];
  #drawn = null;
  #showing = 0;
  #options;

  constructor(stage, options, on) {
    this.#stage = stage;
    this.#options = options;
    this.#on = on;
    this.paths = svg("g", {});
    this.cursor = make("span", { class: "brush-cursor", hidden: true });
    this.element = make("div", { class: "spot-layer" }, drawing(this.paths), this.cursor);
  }

  open(strokes) {
    this.#stage.overlay.append(this.element);
    this.set(strokes);
  }

  close() {
    this.element.remove();
  }

  set(strokes) {
    this.#strokes = strokes;
    this.draw();
  }

  // Pixels of the screen that a radius has, about.
  #shown(radius) {
    const { size, there } = this.#options.frame();
    const longer = Math.max(size.width, size.height);
    const [a, b] = [there([0.5, 0.5]), there([0.5 + (radius * longer) / size.width, 0.5])];
    const { width, height } = this.#stage.frame;
    return Math.hypot((a[0] - b[0]) * width, (a[1] - b[1]) * height);
  }

  draw() {
    const all = this.#drawn ? [...this.#strokes, this.#drawn] : this.#strokes;
    const { there } = this.#options.frame();
    this.paths.replaceChildren(...all.map(({ adds, radius, points }, n) => {
      const seen = points.map((point) => there(point));
      if (seen.length === 1) seen.push([seen[0][0] + 1e-5, seen[0][1]]);
      const line = svg("polyline", { class: `${adds ? "brush-adds" : "brush-takes"}${n === this.#strokes.length ? " is-new" : ""}`, points: lines(seen) });
      line.style.strokeWidth = `${2 * this.#shown(radius)}px`;
      return line;
    }));
  }

  hover({ x, y }, event) {
    this.cursor.hidden = event.pointerType === "touch";
    this.#follow(x, y);
  }

  #follow(x, y) {
    const { style } = this.cursor;
    style.setProperty("--x", String(x));
    style.setProperty("--y", String(y));
    style.setProperty("--radius", `${this.#shown(this.radius)}px`);
  }

  leave() {
    this.cursor.hidden = true;
  }

  // While its size is chosen: where no mouse is, nothing else says how large it is.
  showSize() {
    const { x, y } = this.#stage.middle;
    this.cursor.hidden = false;
    this.#follow(x, y);
    clearTimeout(this.#showing);
    this.#showing = setTimeout(() => this.leave(), SHOWN_MS);
  }

  down({ x, y }) {
    if (x < 0 || y < 0 || x > 1 || y > 1) return false;
    this.#drawn = { adds: this.adds, radius: this.radius, points: [this.#back(x, y)] };
    this.draw();
    return true;
  }

  #back(x, y) {
    return this.#options.frame().back([x, y]).map((one) => Math.round(clamp(one, -0.4, 1.4) * 1e5) / 1e5);
  }

  move({ x, y, frame }) {
    this.#follow(x, y);
    if (!this.#drawn || this.#drawn.points.length >= 1500) return;
    const [px, py] = this.#options.frame().there(this.#drawn.points.at(-1));
    if (Math.hypot((px - x) * frame.width, (py - y) * frame.height) < 3) return;
    this.#drawn.points.push(this.#back(x, y));
    this.draw();
  }

  up() {
    if (!this.#drawn) return;
    const strokes = [...this.#strokes, this.#drawn];
    this.#drawn = null;
    this.set(strokes);
    this.#on.input(strokes);
    this.#on.change();
  }

  cancel() {
    this.#drawn = null;
    this.draw();
  }
}

// The faces of the photo as boxes to be chosen.
export class FacesTool {
  #stage;
  #options;

  // options: {faces, frame() of the original, chosen(): ids, toggle(id)}
  constructor(stage, options) {
    this.#stage = stage;
    this.#options = options;
    this.element = make("div", { class: "spot-layer" }, ...options.faces.map((face) => this.#box(face)));
  }

  #box(face) {
    const name = face.label || gettext("A face");
    return make("button", { type: "button", class: "face-choice", "data-face": face.id, "data-on-stage": true, "aria-label": name, title: face.label || null, onclick: () => this.#options.toggle(face.id) });
  }

  open() {
    this.#stage.overlay.append(this.element);
    this.draw();
  }

  // Which of them the list means.
  point(id, isPointed) {
    this.element.querySelector(`[data-face="${id}"]`)?.classList.toggle("is-pointed", isPointed);
  }

  close() {
    this.element.remove();
  }

  draw() {
    const chosen = this.#options.chosen();
    const { there } = this.#options.frame();
    this.#options.faces.forEach((face, n) => {
      const box = this.element.children[n];
      const corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([x, y]) => there([face.x + x * face.width, face.y + y * face.height]));
      const [across, down] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
      for (const [name, value] of [["--x", Math.min(...across)], ["--y", Math.min(...down)], ["--wide", Math.max(...across) - Math.min(...across)], ["--high", Math.max(...down) - Math.min(...down)]]) {
        box.style.setProperty(name, String(value));
      }
      box.setAttribute("aria-pressed", String(chosen.includes(face.id)));
    });
  }
}
