// A photo that is being edited: its steps, its pictures, and what is to be seen of them now.
import { gettext } from "../words.js";
import { letter } from "./lettering.js";
import { histogram } from "./pixels.js";
import { inverted, moved, multiplied, PLACES, placements, scaleOf } from "./placing.js";
import { keyOf, recipeOf } from "./recipe.js";
import { hasRules, outcomeOf, refusalOf } from "./refusals.js";
import { isHere, Renderer } from "./renderer.js";
import { Dropped } from "./wishes.js";

const SIDES = [640, 1280, 2048];
const QUICK_SIDES = [1280, 1040, 840, 640, 520, 420, 320];
const QUICK_MS = 45; // while something is dragged
const REST_MS = 160;
const ASK_MS = 350;
const MOST_PICTURES = 8;

export class Session {
  hidden = new Set(); // operations that the open tool wants to be passed over
  asking = 0; // wishes that are under way
  #pictures = new Map(); // of the server, by the key of their steps
  #bases = new Map();
  #loading = new Set();
  #given = null; // what was asked last, where somebody cancelled it or it failed
  #drawing = 0;
  #timers = {};
  #speed = 6e-5; // ms per pixel, measured again with each drawing
  #shown = null;
  #last = null;
  #on;

  // on: {busy(null | {progress, error, retry}), asking(), histogram(bins), drawn()}
  constructor({ data, operations, history, stage, wishes, seed, on }) {
    Object.assign(this, { data, operations, history, stage, wishes });
    this.size = { width: data.width, height: data.height };
    this.renderer = new Renderer({ ...this.size, seed });
    this.#on = on;
    history.onChange(({ isPassing }) => this.invalidate({ isPassing }));
  }

  // The steps that are seen now, without those that do nothing or that the site would refuse.
  get visible() {
    return this.operations.active(this.history.steps).filter(({ op }) => !this.hidden.has(op) && !this.refusal(op));
  }

  // Why an operation can't have these values on this photo, as a sentence; "" if it can.
  refusal(name, values = this.values(name)) {
    return hasRules(name) ? refusalOf(name, values, this.#frameBefore(name)) : "";
  }

  // What they come to, as a sentence; "" if there is nothing to say.
  outcome(name, values = this.values(name)) {
    return hasRules(name) && !this.refusal(name, values) ? outcomeOf(name, values, this.#frameBefore(name)) : "";
  }

  #frameBefore(name) {
    const steps = this.operations.active(this.history.steps);
    const order = this.operations.list.findIndex((one) => one.name === name);
    const later = steps.findIndex(({ op }) => this.operations.list.findIndex((one) => one.name === op) >= order);
    return this.#placements(later < 0 ? steps : steps.slice(0, later)).at(-1);
  }

  values(name) {
    return this.operations.values(name, this.operations.find(this.history.steps, name));
  }

  input(name, values) {
    this.history.preview(this.operations.set(this.history.steps, name, values));
  }

  commit(as) {
    this.history.commit(undefined, as);
  }

  set(name, values) {
    this.history.commit(this.operations.set(this.history.steps, name, values));
  }

  // Leads from the frame that an operation gets to the frame that is seen, and back, in shares; its size in pixels of the original.
  frameOf(name) {
    const steps = this.visible;
    const at = steps.findIndex(({ op }) => op === name);
    const order = this.operations.list.findIndex((one) => one.name === name);
    const later = steps.findIndex(({ op }) => this.operations.list.findIndex((one) => one.name === op) >= order);
    const places = this.#placements(steps);
    return framed(places[at >= 0 ? at : later >= 0 ? later : steps.length], places.at(-1));
  }

  // The same for the original.
  get originalFrame() {
    const places = this.#placements(this.visible);
    return framed(places[0], places.at(-1));
  }

  #placements(steps) {
    try {
      return placements(steps, this.size.width, this.size.height);
    } catch {
      return placements(steps.filter(({ op }) => op !== "perspective" && op !== "crop"), this.size.width, this.size.height);
    }
  }

  // --- pictures

  // The first size that is there; later ones come when they are needed.
  async load() {
    for (const side of [SIDES[1], SIDES[0], SIDES[2]]) if (await this.#load(side)) return;
    throw new Error(gettext("The photo could not be opened. Try again in a moment."));
  }

  async #load(side) {
    if (this.#bases.has(side) || this.#loading.has(side)) return this.#bases.has(side);
    this.#loading.add(side); // a size that is missing is not asked for again
    try {
      const image = new Image();
      image.src = this.data.urls[`base-${side}`];
      await image.decode();
      this.#bases.set(side, await createImageBitmap(image));
    } catch {
      return false;
    }
    this.invalidate();
    return true;
  }

  // What was saved last is there as a picture already: shown until something is changed.
  async loadShown() {
    const { state, urls } = this.data;
    const steps = this.visible;
    if (state !== "ready" || !this.#split(steps).head.length) return;
    const image = new Image();
    image.src = urls.shown;
    await image.decode();
    this.#keep(keyOf(steps), await createImageBitmap(image));
    this.invalidate();
  }

  #base(side) {
    const there = SIDES.filter((one) => this.#bases.has(one));
    return this.#bases.get(there.find((one) => one >= side) ?? there.at(-1));
  }

  // Steps at the beginning that a worker must do, and whether there are such later. What comes after the geometry (a text) is none
  // of the beginning: the rest is shown under it at once.
  #split(steps) {
    const { groups } = this.operations;
    const isLate = ({ op }) => groups.indexOf(this.operations.get(op).group) >= groups.indexOf("geometry");
    const first = steps.findIndex((step) => isHere(step) || isLate(step));
    const head = first < 0 ? steps : steps.slice(0, first);
    const isFinished = head.length === steps.length || steps.slice(head.length).every(isHere);
    return { head, isFinished };
  }

  #keep(key, picture) {
    this.#pictures.set(key, picture);
    while (this.#pictures.size > MOST_PICTURES) this.#pictures.delete(this.#pictures.keys().next().value);
  }

  // What a worker has to do for what is seen, one after the other: the beginning, then all of it.
  #wanted() {
    const steps = this.visible;
    const { head, isFinished } = this.#split(steps);
    if (head.length && this.#pictures.has(keyOf(steps))) return null;
    if (head.length && !this.#pictures.has(keyOf(head))) return head;
    return isFinished || this.#pictures.has(keyOf(steps)) ? null : steps;
  }

  async #ask() {
    const steps = this.#wanted();
    const key = steps && keyOf(steps);
    if (key === this.#shown?.asked) return;
    if (this.#shown) this.#shown.asked = key;
    if (key && key === this.#given) return;
    this.#given = null; // whoever comes back to it later asks anew
    if (!steps) {
      this.wishes.forget();
      this.#on.busy(null);
      return;
    }
    this.asking++;
    this.#on.asking();
    this.#on.busy({ progress: 0 });
    try {
      this.#keep(key, await this.wishes.picture(recipeOf(steps), SIDES[1], (progress) => this.#on.busy({ progress })));
    } catch (error) {
      if (error instanceof Dropped) return;
      this.#given = key;
      this.#on.busy({ error, retry: () => this.retry() });
      return;
    } finally {
      this.asking--;
    }
    if (!this.asking) this.#on.busy(null);
    this.invalidate();
  }

  retry() {
    this.#given = null;
    this.#shown.asked = undefined;
    this.#ask();
  }

  cancel() {
    const steps = this.#wanted();
    if (steps) this.#given = keyOf(steps);
    this.wishes.cancel();
    this.#on.busy(null);
  }

  get isWaiting() {
    return this.#wanted() !== null;
  }

  // --- drawing

  invalidate({ isPassing = false } = {}) {
    this.#drawing ||= requestAnimationFrame(() => {
      this.#drawing = 0;
      this.draw(isPassing);
      if (isPassing) this.#timers.rest = setTimeout(() => this.invalidate(), REST_MS);
    });
    clearTimeout(this.#timers.rest);
    clearTimeout(this.#timers.ask);
    this.#timers.ask = setTimeout(() => this.#ask(), isPassing ? ASK_MS : 30);
  }

  #sideNow(isPassing) {
    const wanted = Math.min(2048, Math.max(480, Math.ceil(this.stage.shownSide / 64) * 64));
    if (!isPassing) return wanted;
    const ratio = Math.min(this.size.width, this.size.height) / Math.max(this.size.width, this.size.height);
    const most = Math.sqrt(QUICK_MS / this.#speed / ratio);
    return Math.min(wanted, QUICK_SIDES.find((side) => side <= most) ?? QUICK_SIDES.at(-1));
  }

  draw(isPassing = false) {
    const began = performance.now();
    const steps = this.visible;
    const side = this.#sideNow(isPassing);
    let made;
    try {
      made = this.#rendered(steps, side);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return;
    }
    if (!made) return;
    this.#shown ??= {};
    this.#shown.placement = made.placement;
    const taken = performance.now() - began;
    this.#speed = 0.7 * this.#speed + (0.3 * taken) / (made.pixels.width * made.pixels.height);
    const text = made.isExact ? null : steps.find(({ op }) => op === "text");
    this.stage.show(made.pixels, made.placement, text && ((canvas) => letter(canvas, this.operations.values("text", text))));
    this.#on.histogram(histogram(made.pixels));
    this.#on.drawn({ isPassing, taken: performance.now() - began, side, exact: made.isExact });
  }

  #rendered(steps, side) {
    const { head, isFinished } = this.#split(steps);
    const places = placements(steps, this.size.width, this.size.height);
    const exact = isFinished && !head.length ? null : this.#pictures.get(keyOf(steps));
    if (exact && head.length === steps.length) this.#last = { picture: exact, ops: head.map(({ op }) => op) };
    if (exact) return { ...this.renderer.render(exact, steps, { done: steps.length, side, use: "exact" }), isExact: true };
    const picture = this.#pictures.get(keyOf(head));
    if (picture) this.#last = { picture, ops: head.map(({ op }) => op) };
    const source = picture ?? this.#earlier(head) ?? this.#source(places, side);
    if (!source) return null;
    return { ...this.renderer.render(source, steps, { done: head.length, side }), isExact: isFinished && (!head.length || Boolean(picture)) };
  }

  // Until the worker has answered: what it made last of the same operations, with other values.
  #earlier(head) {
    const names = head.map(({ op }) => op);
    return this.#last && names.length && this.#last.ops.every((op) => names.includes(op)) ? this.#last.picture : null;
  }

  // The unedited photo, as large as what is kept of it needs it.
  #source(places, side) {
    const { width, height, matrix } = places.at(-1);
    const back = inverted(matrix);
    const scale = Math.max(1e-6, scaleOf(matrix, ...moved(back, width / 2, height / 2)));
    const needed = (Math.max(this.size.width, this.size.height) * Math.min(1, side / Math.max(width, height))) * Math.min(4, scale);
    const wanted = SIDES.find((one) => one >= needed * 0.85) ?? SIDES.at(-1);
    if (this.#bases.size) this.#load(wanted);
    return this.#base(needed * 0.85);
  }

  // How it was: with the same geometry, so that both lie over each other.
  drawBefore() {
    const steps = this.visible.filter(({ op }) => PLACES[op]);
    const side = this.#sideNow(false);
    const source = this.#source(placements(steps, this.size.width, this.size.height), side);
    if (source) this.stage.showBefore(this.renderer.render(source, steps, { side, use: "before" }).pixels);
  }

  // What an operation gets, small: to pick a color, to draw looks.
  before(name, side, use = "picked") {
    const order = this.operations.list.findIndex((one) => one.name === name);
    const steps = this.visible.filter(({ op }) => PLACES[op] || this.operations.list.findIndex((one) => one.name === op) < order);
    const { head } = this.#split(steps);
    const source = this.#pictures.get(keyOf(head)) ?? this.#base(side);
    return source ? this.renderer.render(source, steps, { done: head.length, side, use }).pixels : null;
  }
}

function framed(from, to) {
  const on = multiplied(to.matrix, inverted(from.matrix));
  const back = inverted(on);
  return {
    size: { width: from.width, height: from.height },
    there: ([x, y]) => share(moved(on, x * from.width, y * from.height), to),
    back: ([x, y]) => share(moved(back, x * to.width, y * to.height), from),
  };
}

const share = ([x, y], { width, height }) => [x / width, y / height];
