// Fingers, mouse and wheel on a photo: swipe to the next, pull down to close, up for information, pinch or double tap to look closer.
import { isRightToLeft } from "./words.js";

const SWIPE_SHARE = 0.18;
const FLICK_PX_PER_MS = 0.45;
const CLOSE_PX = 110;
const CLOSEST = 4; // times the screen, at least; and as near as twice the photo's own pixels
const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_SCALE = 2.5;
const STEP_PX = 80; // of an arrow key on a photo that is zoomed

const onward = isRightToLeft ? -1 : 1; // the next photo lies at the end of the line

export class Gestures {
  #stage;
  #track;
  #slide;
  #on;
  #pointers = new Map();
  #view = { scale: 1, x: 0, y: 0 };
  #start = null;
  #lastTap = 0;

  constructor(stage, on) {
    this.#stage = stage;
    this.#track = stage.querySelector("[data-stage-track]");
    this.#slide = stage.querySelector("[data-stage-slide]");
    this.#on = on;
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, (event) => this.#up(event));
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  get isZoomed() {
    return this.#view.scale > 1;
  }

  // The photo inside the stage, which it fills without being cut, in pixels of the screen.
  get #picture() {
    const { clientWidth, clientHeight } = this.#stage;
    const { width, height } = this.#on.size();
    if (!width || !height) return { left: 0, top: 0, width: clientWidth, height: clientHeight, closest: CLOSEST };
    const fit = Math.min(clientWidth / width, clientHeight / height);
    const [wide, high] = [width * fit, height * fit];
    const closest = Math.max(CLOSEST, 2 / (fit * devicePixelRatio));
    return { left: (clientWidth - wide) / 2, top: (clientHeight - high) / 2, width: wide, height: high, closest };
  }

  toggleZoom(x = this.#stage.clientWidth / 2, y = this.#stage.clientHeight / 2) {
    this.#slide.classList.add("is-settling");
    if (this.isZoomed) this.#view = { scale: 1, x: 0, y: 0 };
    else this.#zoom(DOUBLE_TAP_SCALE, x, y);
    this.#draw();
  }

  // Keys on a photo that is zoomed: true where the key moved it.
  pan(dx, dy) {
    if (!this.isZoomed) return false;
    this.#slide.classList.add("is-settling");
    this.#view.x += dx * STEP_PX;
    this.#view.y += dy * STEP_PX;
    this.#bound();
    this.#draw();
    return true;
  }

  // Moves the track a whole slide; the promise ends when it is there.
  leave(direction) {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const way = direction * onward;
    if (!isStill) {
      this.#track.classList.add("is-settling");
      this.#track.style.transform = `translateX(calc(${-100 * way}% - ${1.5 * way}rem))`;
    }
    return new Promise((resolve) => setTimeout(resolve, isStill ? 0 : 160));
  }

  #local(event) {
    const frame = this.#stage.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  }

  #down(event) {
    if (event.target.closest("a, button, video, .stage-note") || event.button > 0) return;
    this.#stage.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, this.#local(event));
    for (const element of [this.#track, this.#slide]) element.classList.remove("is-settling");
    this.#begin(event);
  }

  #begin(event) {
    const points = [...this.#pointers.values()];
    const [a, b = a] = points;
    this.#start = {
      time: event.timeStamp,
      middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
      apart: Math.hypot(a.x - b.x, a.y - b.y),
      view: { ...this.#view },
      axis: null,
      fingers: Math.max(points.length, this.#start?.isOn ? this.#start.fingers : 0),
      isOn: true,
    };
  }

  #move(event) {
    if (!this.#pointers.has(event.pointerId)) return;
    this.#pointers.set(event.pointerId, this.#local(event));
    const [a, b = a] = [...this.#pointers.values()];
    const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    const dx = middle.x - this.#start.middle.x;
    const dy = middle.y - this.#start.middle.y;
    if (this.#pointers.size > 1) this.#pinch(a, b, middle);
    else if (this.isZoomed) this.#pan(dx, dy);
    else if (this.#start.fingers === 1) this.#drag(dx, dy);
  }

  #pinch(a, b, middle) {
    const { view, apart, middle: from } = this.#start;
    if (!apart) return;
    const scale = Math.min(this.#picture.closest, Math.max(0.8, (view.scale * Math.hypot(a.x - b.x, a.y - b.y)) / apart));
    this.#view = {
      scale,
      x: middle.x - ((from.x - view.x) * scale) / view.scale,
      y: middle.y - ((from.y - view.y) * scale) / view.scale,
    };
    this.#draw();
  }

  #pan(dx, dy) {
    this.#view.x = this.#start.view.x + dx;
    this.#view.y = this.#start.view.y + dy;
    this.#bound();
    this.#draw();
  }

  #drag(dx, dy) {
    this.#start.axis ??= Math.hypot(dx, dy) < 8 ? null : Math.abs(dx) > Math.abs(dy) ? "x" : "y";
    if (this.#start.axis === "x") {
      const isEnd = dx * onward > 0 ? !this.#on.hasPrevious() : !this.#on.hasNext();
      this.#track.style.transform = `translateX(${isEnd ? dx / 4 : dx}px)`;
    } else if (this.#start.axis === "y") {
      const down = Math.max(0, dy);
      this.#track.style.transform = `translateY(${dy > 0 ? dy : dy / 4}px) scale(${1 - Math.min(down, 400) / 1600})`;
      this.#track.style.opacity = String(1 - Math.min(down, 300) / 600);
    }
  }

  #up(event) {
    if (!this.#pointers.delete(event.pointerId)) return;
    if (this.#pointers.size) return this.#begin(event);
    const start = this.#start;
    start.isOn = false;
    const at = this.#local(event);
    const dx = at.x - start.middle.x;
    const dy = at.y - start.middle.y;
    const isTap = start.fingers === 1 && Math.hypot(dx, dy) < 8;
    if (isTap && event.type === "pointerup") return this.#tap(event, at);
    if (this.#view.scale < 1.05) this.#view = { scale: 1, x: 0, y: 0 };
    this.#slide.classList.add("is-settling");
    this.#bound();
    this.#draw();
    if (this.isZoomed || start.fingers > 1 || event.type === "pointercancel") return this.#settle();
    return this.#release(dx, dy, event.timeStamp - start.time, start.axis);
  }

  #release(dx, dy, ms, axis) {
    const isFar = Math.abs(dx) > this.#stage.clientWidth * SWIPE_SHARE || Math.abs(dx) / ms > FLICK_PX_PER_MS;
    if (axis === "x" && isFar && dx * onward < 0 && this.#on.hasNext()) return this.#on.next();
    if (axis === "x" && isFar && dx * onward > 0 && this.#on.hasPrevious()) return this.#on.previous();
    if (axis === "y" && dy > CLOSE_PX) return this.#on.close();
    if (axis === "y" && dy < -CLOSE_PX / 2) this.#on.up();
    return this.#settle();
  }

  #settle() {
    this.#track.classList.add("is-settling");
    this.#track.style.transform = "";
    this.#track.style.opacity = "";
  }

  #tap(event, at) {
    const isDouble = event.timeStamp - this.#lastTap < DOUBLE_TAP_MS;
    this.#lastTap = isDouble ? 0 : event.timeStamp;
    if (isDouble) this.toggleZoom(at.x, at.y);
  }

  // A wheel zooms, and so does a pinch on a trackpad, which comes as small steps with Ctrl; two fingers to the side move.
  #wheel(event) {
    event.preventDefault();
    this.#slide.classList.remove("is-settling");
    if (this.isZoomed && !event.ctrlKey && event.deltaX !== 0) {
      this.#view.x -= event.deltaX;
      this.#view.y -= event.deltaY;
      this.#bound();
    } else {
      const { x, y } = this.#local(event);
      const delta = event.deltaY * (event.deltaMode === 1 ? 20 : 1);
      this.#zoom(this.#view.scale * Math.exp(-delta / (event.ctrlKey ? 120 : 400)), x, y);
    }
    this.#draw();
  }

  #zoom(wanted, x, y) {
    const scale = Math.min(this.#picture.closest, Math.max(1, wanted));
    const factor = scale / this.#view.scale;
    this.#view = { scale, x: x - (x - this.#view.x) * factor, y: y - (y - this.#view.y) * factor };
    this.#bound();
  }

  // No edge of the photo comes into the stage; where the photo is smaller than the stage, it stays in the middle.
  #bound() {
    const { scale } = this.#view;
    const { left, top, width, height } = this.#picture;
    const within = (at, start, size, stage) => {
      if (size * scale <= stage) return (stage - size * scale) / 2 - start * scale;
      return Math.max(stage - (start + size) * scale, Math.min(-start * scale, at));
    };
    this.#view.x = within(this.#view.x, left, width, this.#stage.clientWidth);
    this.#view.y = within(this.#view.y, top, height, this.#stage.clientHeight);
  }

  #draw() {
    const { scale, x, y } = this.#view;
    this.#slide.style.transform = scale === 1 ? "" : `translate(${x}px, ${y}px) scale(${scale})`;
    this.#stage.classList.toggle("is-zoomed", this.isZoomed);
    if (this.isZoomed) this.#on.zoom?.(scale);
  }
}
