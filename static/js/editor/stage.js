// The photo in the middle: fits it, looks closer, moves it, and lets the open tool draw and catch fingers on it.

const MOST = 8;
const STEP = 1.25;
const DOUBLE_TAP_MS = 320;
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

export class Stage {
  tool = null; // {down(place, event) -> true if it takes it, move, up, hover, key, draw}
  #element;
  #photo;
  #canvas;
  #before;
  #size = { width: 1, height: 1 };
  #view = { scale: 1, x: 0, y: 0 };
  #laid = { left: 0, top: 0, width: 1, height: 1 }; // where the photo is on the stage
  #share = 0;
  #pointers = new Map();
  #start = null;
  #lastTap = 0;
  #on;

  constructor(element, on = {}) {
    this.#element = element;
    this.#on = on;
    this.#photo = element.querySelector("[data-photo]");
    this.#canvas = element.querySelector("[data-canvas]");
    this.#before = element.querySelector("[data-before]");
    this.overlay = element.querySelector("[data-overlay]");
    element.addEventListener("pointerdown", (event) => this.#down(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, (event) => this.#up(event));
    element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    element.addEventListener("pointerleave", (event) => this.tool?.leave?.(event));
    new ResizeObserver(() => this.#layOut()).observe(element);
  }

  // Pixels of the screen that the photo covers now, along its longer side.
  get shownSide() {
    const { width, height } = this.#fit;
    return Math.max(width, height) * this.#view.scale * devicePixelRatio;
  }

  get #fit() {
    const style = getComputedStyle(this.#element);
    const free = [
      this.#element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight),
      this.#element.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom),
    ];
    const { width, height } = this.#size;
    const fit = Math.max(0.01, Math.min(free[0] / width, free[1] / height));
    return {
      width: width * fit, height: height * fit,
      left: parseFloat(style.paddingLeft) + (free[0] - width * fit) / 2, top: parseFloat(style.paddingTop) + (free[1] - height * fit) / 2,
    };
  }

  // size: of the whole frame, for its ratio; the pixels may be fewer. `more` draws on top of them.
  show(pixels, size, more) {
    draw(this.#canvas, pixels);
    more?.(this.#canvas);
    if (size.width !== this.#size.width || size.height !== this.#size.height) {
      this.#size = { width: size.width, height: size.height };
      this.#bound();
    }
    this.#layOut();
  }

  showBefore(pixels) {
    draw(this.#before, pixels);
  }

  // share: of what is seen of the photo that shows how it was, from its left edge; null: nothing.
  compare(share) {
    this.#before.hidden = share === null;
    this.#photo.classList.toggle("is-compared", share !== null && share < 1);
    this.#share = share ?? 0;
    this.#layOutSplit();
  }

  // The line between before and after stays where it can be reached, however close one looks.
  #layOutSplit() {
    const { left, top, width, height } = this.#laid;
    const seen = (start, size, whole) => [-start / size, (whole - start) / size].map((one) => clamp(one, 0, 1));
    const [from, to] = seen(left, width, this.#element.clientWidth);
    const [above, below] = seen(top, height, this.#element.clientHeight);
    const shares = { "--seen-left": from, "--seen-width": to - from, "--seen-top": above, "--seen-height": below - above, "--split": from + this.#share * (to - from) };
    for (const [name, value] of Object.entries(shares)) this.#photo.style.setProperty(name, String(value));
  }

  #layOut() {
    const { left, top, width, height } = this.#fit;
    const { scale, x, y } = this.#view;
    this.#laid = { left: left * scale + x, top: top * scale + y, width: width * scale, height: height * scale };
    for (const [name, value] of Object.entries(this.#laid)) this.#photo.style[name] = `${value}px`;
    this.#layOutSplit();
    this.#element.classList.toggle("is-zoomed", scale > 1);
    this.tool?.draw?.();
    this.#on.view?.(scale);
  }

  // Where on the photo somebody points, as shares of it; pixels of the screen per share beside it.
  place(event) {
    const frame = this.#photo.getBoundingClientRect();
    return { x: (event.clientX - frame.left) / frame.width, y: (event.clientY - frame.top) / frame.height, frame };
  }

  // The same for the middle of what is seen of it.
  get middle() {
    const { left, top, width, height } = this.#element.getBoundingClientRect();
    return this.place({ clientX: left + width / 2, clientY: top + height / 2 });
  }

  get frame() {
    return this.#photo.getBoundingClientRect();
  }

  zoom(by, x = this.#element.clientWidth / 2, y = this.#element.clientHeight / 2) {
    this.#zoomTo(this.#view.scale * by, x, y);
  }

  zoomIn() {
    this.zoom(STEP);
  }

  zoomOut() {
    this.zoom(1 / STEP);
  }

  // By this share of what is seen; only where there is more to see.
  pan(right, down) {
    if (this.#view.scale === 1) return false;
    this.#view.x -= right * this.#element.clientWidth;
    this.#view.y -= down * this.#element.clientHeight;
    this.#bound();
    this.#layOut();
    return true;
  }

  zoomFit() {
    this.#view = { scale: 1, x: 0, y: 0 };
    this.#layOut();
  }

  #zoomTo(wanted, x, y) {
    const scale = clamp(wanted, 1, MOST);
    const factor = scale / this.#view.scale;
    this.#view = { scale, x: x - (x - this.#view.x) * factor, y: y - (y - this.#view.y) * factor };
    this.#bound();
    this.#layOut();
  }

  #bound() {
    const { left, top, width, height } = this.#fit;
    const { scale } = this.#view;
    const within = (at, start, size, whole) => {
      if (size * scale <= whole) return (whole - size * scale) / 2 - start * scale;
      return clamp(at, whole - (start + size) * scale, -start * scale);
    };
    if (scale === 1) Object.assign(this.#view, { x: 0, y: 0 });
    else {
      this.#view.x = within(this.#view.x, left, width, this.#element.clientWidth);
      this.#view.y = within(this.#view.y, top, height, this.#element.clientHeight);
    }
  }

  #local({ clientX, clientY }) {
    const frame = this.#element.getBoundingClientRect();
    return { x: clientX - frame.left, y: clientY - frame.top };
  }

  #down(event) {
    if (event.button > 0 || event.target.closest("[data-on-stage]")) return;
    this.#pointers.set(event.pointerId, this.#local(event));
    this.#element.setPointerCapture(event.pointerId);
    if (this.#pointers.size === 2) {
      if (this.#start?.isTools) this.tool?.cancel?.();
      this.#beginPinch();
      return;
    }
    const isTools = Boolean(this.tool?.down?.(this.place(event), event));
    this.#start = { isTools, at: this.#local(event), view: { ...this.#view }, moved: false };
    if (isTools) event.preventDefault();
    else if (this.#on.press) this.#on.press(event);
  }

  #beginPinch() {
    const [a, b] = [...this.#pointers.values()];
    this.#on.release?.();
    this.#start = {
      isPinch: true, moved: true, view: { ...this.#view },
      middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, apart: Math.hypot(a.x - b.x, a.y - b.y) || 1,
    };
  }

  #move(event) {
    if (!this.#pointers.has(event.pointerId)) {
      this.tool?.hover?.(this.place(event), event);
      return;
    }
    this.#pointers.set(event.pointerId, this.#local(event));
    const start = this.#start;
    if (!start) return;
    if (start.isPinch) this.#pinch(start);
    else if (start.isTools) this.tool?.move?.(this.place(event), event);
    else this.#pan(start, this.#local(event));
  }

  #pinch({ view, middle, apart }) {
    if (this.#pointers.size < 2) return;
    const [a, b] = [...this.#pointers.values()];
    const scale = clamp((view.scale * Math.hypot(a.x - b.x, a.y - b.y)) / apart, 1, MOST);
    const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
    this.#view = { scale, x: x - ((middle.x - view.x) * scale) / view.scale, y: y - ((middle.y - view.y) * scale) / view.scale };
    this.#bound();
    this.#layOut();
  }

  #pan(start, { x, y }) {
    const [dx, dy] = [x - start.at.x, y - start.at.y];
    if (Math.hypot(dx, dy) > 6 && !start.moved) {
      start.moved = true;
      this.#on.release?.();
    }
    if (!start.moved || this.#view.scale === 1) return;
    Object.assign(this.#view, { x: start.view.x + dx, y: start.view.y + dy });
    this.#bound();
    this.#layOut();
  }

  #up(event) {
    if (!this.#pointers.delete(event.pointerId)) return;
    const start = this.#start;
    this.#on.release?.();
    if (this.#pointers.size) {
      this.#start = null;
      return;
    }
    this.#start = null;
    if (start?.isTools && event.type === "pointercancel") this.tool?.cancel?.();
    else if (start?.isTools) this.tool?.up?.(this.place(event), event);
    else if (start && !start.moved && event.type === "pointerup") this.#tap(event);
  }

  #tap(event) {
    const isDouble = event.timeStamp - this.#lastTap < DOUBLE_TAP_MS;
    this.#lastTap = isDouble ? 0 : event.timeStamp;
    if (!isDouble) return;
    const { x, y } = this.#local(event);
    if (this.#view.scale > 1) this.zoomFit();
    else this.#zoomTo(2.5, x, y);
  }

  #wheel(event) {
    event.preventDefault();
    const { x, y } = this.#local(event);
    const delta = event.deltaY * (event.deltaMode === 1 ? 20 : 1);
    this.zoom(Math.exp(-delta / (event.ctrlKey ? 120 : 400)), x, y);
  }
}

function draw(canvas, pixels) {
  if (canvas.width !== pixels.width || canvas.height !== pixels.height) Object.assign(canvas, { width: pixels.width, height: pixels.height });
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}
