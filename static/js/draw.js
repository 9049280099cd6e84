// A face that the machine missed: a box drawn on the photo with mouse, finger or keys, then a name.
import { gettext } from "./words.js";
import { frameOf } from "./faces.js";

const START_SHARE = 0.3; // of the shorter side of what is seen
const LEAST_DRAG_PX = 8; // less is a tap: the box comes there
const LEAST_SHOWN_PX = 16; // a handle must stay within reach
const STEP_PX = 8; // of the screen
const SAY_AFTER_MS = 500;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const clamp = (value, least, most) => Math.max(least, Math.min(value, Math.max(least, most)));

class Drawing {
  #box; // in pixels of the photo
  #grip = null; // what the pointer holds
  #saying;
  #resizing;

  constructor(viewer) {
    this.viewer = viewer;
    const parts = viewer.querySelector("[data-draw-parts]").content.cloneNode(true);
    this.layer = parts.querySelector("[data-draw-layer]");
    this.element = parts.querySelector("[data-draw-box]");
    this.bar = parts.querySelector("[data-draw-bar]");
    this.card = parts.querySelector("[data-draw-card]");
    viewer.querySelector("[data-stage-slide]").append(this.layer);
    viewer.querySelector("[data-stage]").append(this.bar);
    viewer.append(this.card);
    viewer.classList.add("is-drawing");
    this.#listen();
    this.#box = this.#startBox();
    this.#show();
    this.element.focus({ preventScroll: true });
  }

  #listen() {
    this.layer.addEventListener("pointerdown", (event) => this.#down(event));
    this.layer.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) this.layer.addEventListener(name, (event) => this.#up(event));
    this.layer.addEventListener("wheel", () => requestAnimationFrame(() => this.#show())); // the stage zooms
    this.bar.querySelector("[data-draw-next]").addEventListener("click", () => this.ask());
    this.card.addEventListener("submit", (event) => this.#check(event));
    for (const part of [this.bar, this.card]) part.querySelector("[data-draw-cancel]").addEventListener("click", () => cancelDrawing(this.viewer));
    this.#resizing = new ResizeObserver(() => this.#show());
    this.#resizing.observe(this.viewer.querySelector("[data-stage]"));
  }

  get #size() {
    return { width: Number(this.viewer.dataset.width), height: Number(this.viewer.dataset.height) };
  }

  // How much the slide is enlarged by pinch or wheel, and where it lies then.
  get #zoom() {
    const slide = this.layer.parentElement;
    const frame = slide.getBoundingClientRect();
    return { frame, by: frame.width / slide.offsetWidth };
  }

  // A point of the screen in pixels of the photo.
  #onPhoto(clientX, clientY) {
    const { frame, by } = this.#zoom;
    const { scale, left, top } = frameOf(this.viewer);
    return { x: ((clientX - frame.left) / by - left) / scale, y: ((clientY - frame.top) / by - top) / scale };
  }

  get #photoPixels() {
    return 1 / (frameOf(this.viewer).scale * this.#zoom.by); // of the photo, for one of the screen
  }

  // A square in the middle of what is seen.
  #startBox() {
    const stage = this.viewer.querySelector("[data-stage]").getBoundingClientRect();
    const { width, height } = this.#size;
    const from = this.#onPhoto(stage.left, stage.top);
    const to = this.#onPhoto(stage.right, stage.bottom);
    const [left, right] = [Math.max(0, from.x), Math.min(width, to.x)];
    const [top, bottom] = [Math.max(0, from.y), Math.min(height, to.y)];
    const side = Math.min(right - left, bottom - top) * START_SHARE;
    return { x: (left + right - side) / 2, y: (top + bottom - side) / 2, width: side, height: side };
  }

  #down(event) {
    event.stopPropagation(); // the photo stays where it is
    if (event.button > 0 || this.#grip) return;
    event.preventDefault();
    this.layer.setPointerCapture(event.pointerId);
    const handle = event.target.closest("[data-draw-handle]")?.dataset.drawHandle;
    const how = handle ?? (event.target.closest("[data-draw-box]") ? "move" : "new");
    this.#grip = { id: event.pointerId, how, from: this.#onPhoto(event.clientX, event.clientY), box: { ...this.#box } };
  }

  #move(event) {
    if (event.pointerId !== this.#grip?.id) return;
    event.stopPropagation();
    const at = this.#onPhoto(event.clientX, event.clientY);
    const { how, from, box } = this.#grip;
    const isTap = Math.hypot(at.x - from.x, at.y - from.y) < LEAST_DRAG_PX * this.#photoPixels;
    if (isTap && !this.#grip.isDragged) return;
    this.#grip.isDragged = true;
    this.viewer.classList.add("is-dragging");
    if (how === "move") this.#place({ ...box, x: box.x + at.x - from.x, y: box.y + at.y - from.y });
    else this.#span(how === "new" ? from : opposite(box, how), at);
  }

  #up(event) {
    if (event.pointerId !== this.#grip?.id) return;
    event.stopPropagation();
    const { how, from, isDragged } = this.#grip;
    this.#grip = null;
    this.viewer.classList.remove("is-dragging");
    const { width, height } = this.#box;
    if (!isDragged && how === "new") this.#place({ width, height, x: from.x - width / 2, y: from.y - height / 2 });
    if (isDragged && how === "new") this.ask();
    else this.#show();
    this.#say();
  }

  // Between two corners, whichever they are, inside the photo.
  #span(one, other) {
    const { width, height } = this.#size;
    const [ax, bx] = [one.x, other.x].map((x) => clamp(x, 0, width));
    const [ay, by] = [one.y, other.y].map((y) => clamp(y, 0, height));
    this.#box = { x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(ax - bx), height: Math.abs(ay - by) };
    this.#show();
  }

  #place(box) {
    const { width, height } = this.#size;
    this.#box = { ...box, x: clamp(box.x, 0, width - box.width), y: clamp(box.y, 0, height - box.height) };
    this.#show();
  }

  #resize(dx, dy) {
    const { x, y, width, height } = this.#box;
    const least = LEAST_SHOWN_PX * this.#photoPixels;
    const wide = clamp(width + dx, least, this.#size.width);
    const high = clamp(height + dy, least, this.#size.height);
    this.#place({ x: x - (wide - width) / 2, y: y - (high - height) / 2, width: wide, height: high });
  }

  // Arrows move the box, with Shift they resize it; true where the key was for the drawing.
  onKey(event) {
    const isTyping = event.target.closest?.("input, button");
    const arrow = ARROWS[event.key];
    if (arrow && !isTyping) {
      const step = STEP_PX * this.#photoPixels;
      const [dx, dy] = arrow.map((way) => way * step);
      if (event.shiftKey) this.#resize(dx, -dy);
      else this.#place({ ...this.#box, x: this.#box.x + dx, y: this.#box.y + dy });
      this.#say();
    } else if (event.key === "Enter" && !isTyping) this.ask();
    else return;
    event.preventDefault();
  }

  // The box is there: who is it?
  ask() {
    this.bar.hidden = true;
    this.card.hidden = false;
    this.#show();
    const hasKeyboard = matchMedia("(hover: hover)").matches; // on a phone its keyboard would cover the photo
    this.card.querySelector(hasKeyboard ? "[data-names]" : "button:not([data-draw-cancel])").focus({ preventScroll: true });
  }

  #check(event) {
    const problem = this.#problem();
    const error = this.card.querySelector("[data-draw-error]");
    error.hidden = !problem;
    error.textContent = problem;
    if (!problem) return;
    event.preventDefault();
    event.stopPropagation();
    this.element.focus({ preventScroll: true });
  }

  #problem() {
    const { width, height } = this.rounded;
    if (Math.min(width, height) >= Number(this.card.dataset.least)) return "";
    return gettext("This box is too small. Draw it around the whole face, from forehead to chin.");
  }

  get rounded() {
    const { x, y, width, height } = this.#box;
    const [left, top] = [Math.round(x), Math.round(y)];
    return { x: left, y: top, width: Math.round(x + width) - left, height: Math.round(y + height) - top };
  }

  #show() {
    if (!this.layer.isConnected) return;
    const { scale, left, top } = frameOf(this.viewer);
    const { x, y, width, height } = this.#box;
    const { style } = this.element;
    style.left = `${left + x * scale}px`;
    style.top = `${top + y * scale}px`;
    style.width = `${width * scale}px`;
    style.height = `${height * scale}px`;
    style.setProperty("--unzoom", 1 / this.#zoom.by);
    for (const [name, value] of Object.entries(this.rounded)) this.card.elements[name].value = value;
    if (!this.card.hidden) this.#placeCard();
  }

  // Beside the box where there is room, otherwise below or above it; on a phone where the box is not.
  #placeCard() {
    const at = this.element.getBoundingClientRect();
    const { style } = this.card;
    const isWide = matchMedia("(width >= 48rem)").matches;
    this.card.classList.toggle("is-low", !isWide && at.top + at.height / 2 < innerHeight / 2);
    [style.left, style.top] = ["", ""];
    if (!isWide) return;
    const size = this.card.getBoundingClientRect();
    const gap = 16;
    const right = at.right + gap + size.width < innerWidth ? at.right + gap : at.left - gap - size.width;
    style.left = `${clamp(right, gap, innerWidth - size.width - gap)}px`;
    style.top = `${clamp(at.top + at.height / 2 - size.height / 2, 64, innerHeight - size.height - gap)}px`;
  }

  #say() {
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => {
      const { width, height } = this.#size;
      const { x, y, width: wide, height: high } = this.rounded;
      const share = (part, whole) => Math.round((100 * part) / whole);
      const words = gettext("{x} percent from the left, {y} percent from the top, {width} percent wide, {height} percent high.", {
        x: share(x, width), y: share(y, height), width: share(wide, width), height: share(high, height),
      });
      this.bar.querySelector("[data-draw-status]").textContent = words;
    }, SAY_AFTER_MS);
  }

  remove() {
    clearTimeout(this.#saying);
    this.#resizing.disconnect();
    for (const part of [this.layer, this.bar, this.card]) part.remove();
    this.viewer.classList.remove("is-drawing", "is-dragging");
  }
}

// The corner that stays while this one is held.
function opposite({ x, y, width, height }, corner) {
  return { x: corner.includes("w") ? x + width : x, y: corner.includes("n") ? y + height : y };
}

let current = null;

const drawingOn = (viewer) => (current?.viewer === viewer ? current : null);

export function startDrawing(viewer) {
  if (drawingOn(viewer) || !viewer.querySelector("[data-draw-parts]")) return;
  current = new Drawing(viewer);
}

// Ends it without a face; false where nobody draws.
export function cancelDrawing(viewer) {
  if (!drawingOn(viewer)) return false;
  current.remove();
  current = null;
  viewer.querySelector("[data-draw-start]")?.focus({ preventScroll: true });
  return true;
}

// While somebody draws, the keys are for the box; false where nobody does.
export function drawWithKey(viewer, event) {
  if (!drawingOn(viewer)) return false;
  current.onKey(event);
  return true;
}
