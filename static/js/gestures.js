// Fingers, mouse and wheel on a photo: swipe to the next, pull down to close, pinch or double tap to look closer.

const SWIPE_SHARE = 0.18;
const FLICK_PX_PER_MS = 0.45;
const CLOSE_PX = 110;
const CLOSEST = 6;
const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_SCALE = 2.5;

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

  toggleZoom(x = this.#stage.clientWidth / 2, y = this.#stage.clientHeight / 2) {
    this.#slide.classList.add("is-settling");
    if (this.isZoomed) this.#view = { scale: 1, x: 0, y: 0 };
    else this.#zoom(DOUBLE_TAP_SCALE, x, y);
    this.#draw();
  }

  // Moves the track a whole slide; the promise ends when it is there.
  leave(direction) {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#track.classList.add("is-settling");
    this.#track.style.transform = `translateX(calc(${-100 * direction}% - ${1.5 * direction}rem))`;
    return new Promise((resolve) => setTimeout(resolve, isStill ? 0 : 180));
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
      fingers: points.length,
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
    else this.#drag(dx, dy);
  }

  #pinch(a, b, middle) {
    const { view, apart, middle: from } = this.#start;
    const scale = Math.min(CLOSEST, Math.max(0.8, (view.scale * Math.hypot(a.x - b.x, a.y - b.y)) / apart));
    this.#view = {
      scale,
      x: middle.x - ((from.x - view.x) * scale) / view.scale,
      y: middle.y - ((from.y - view.y) * scale) / view.scale,
    };
    this.#on.zoom?.();
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
      const isEnd = dx > 0 ? !this.#on.hasPrevious() : !this.#on.hasNext();
      this.#track.style.transform = `translateX(${isEnd ? dx / 4 : dx}px)`;
    } else if (this.#start.axis === "y" && dy > 0) {
      this.#track.style.transform = `translateY(${dy}px) scale(${1 - Math.min(dy, 400) / 1600})`;
      this.#track.style.opacity = String(1 - Math.min(dy, 300) / 600);
    }
  }

  #up(event) {
    if (!this.#pointers.delete(event.pointerId)) return;
    if (this.#pointers.size) return this.#begin(event);
    const at = this.#local(event);
    const { start } = { start: this.#start };
    const dx = at.x - start.middle.x;
    const dy = at.y - start.middle.y;
    if (start.fingers === 1 && Math.hypot(dx, dy) < 8) return this.#tap(event, at);
    if (this.#view.scale < 1.05) this.#view = { scale: 1, x: 0, y: 0 };
    this.#slide.classList.add("is-settling");
    this.#bound();
    this.#draw();
    if (!this.isZoomed && start.fingers === 1) this.#release(dx, dy, event.timeStamp - start.time, start.axis);
    return undefined;
  }

  #release(dx, dy, ms, axis) {
    const isFar = Math.abs(dx) > this.#stage.clientWidth * SWIPE_SHARE || Math.abs(dx) / ms > FLICK_PX_PER_MS;
    if (axis === "x" && isFar && dx < 0 && this.#on.hasNext()) return this.#on.next();
    if (axis === "x" && isFar && dx > 0 && this.#on.hasPrevious()) return this.#on.previous();
    if (axis === "y" && dy > CLOSE_PX) return this.#on.close();
    this.#track.classList.add("is-settling");
    this.#track.style.transform = "";
    this.#track.style.opacity = "";
    return undefined;
  }

  #tap(event, at) {
    const isDouble = event.timeStamp - this.#lastTap < DOUBLE_TAP_MS;
    this.#lastTap = isDouble ? 0 : event.timeStamp;
    if (!isDouble) return;
    this.#on.zoom?.();
    this.toggleZoom(at.x, at.y);
  }

  #wheel(event) {
    event.preventDefault();
    this.#slide.classList.remove("is-settling");
    const { x, y } = this.#local(event);
    this.#zoom(this.#view.scale * Math.exp(-event.deltaY / 400), x, y);
    this.#on.zoom?.();
    this.#draw();
  }

  #zoom(wanted, x, y) {
    const scale = Math.min(CLOSEST, Math.max(1, wanted));
    const factor = scale / this.#view.scale;
    this.#view = { scale, x: x - (x - this.#view.x) * factor, y: y - (y - this.#view.y) * factor };
    this.#bound();
  }

  #bound() {
    const { scale } = this.#view;
    const slack = (size) => Math.min(0, size - size * scale);
    this.#view.x = Math.max(slack(this.#stage.clientWidth), Math.min(0, this.#view.x));
    this.#view.y = Math.max(slack(this.#stage.clientHeight), Math.min(0, this.#view.y));
  }

  #draw() {
    const { scale, x, y } = this.#view;
    this.#slide.style.transform = scale === 1 ? "" : `translate(${x}px, ${y}px) scale(${scale})`;
    this.#stage.classList.toggle("is-zoomed", this.isZoomed);
  }
}
