// Recipes in the page: lists of steps that are never changed in place, and what the site's operations are called. No DOM.

// Operations that do nothing while this parameter is neutral, whatever the others say; elsewhere all of them must be.
const DECIDES = {
  looks: "look", black_white: "strength", sepia: "strength", vignette: "amount", grain: "amount", cutout: "background",
  blur_background: "strength", blur_faces: "whose", clarity: "amount", sharpen: "amount", low_light: "amount", style: "style",
  text: "text", watermark: "text",
};
const isOwn = ({ kind, most, meaning }) => kind === "strokes" || kind === "ids" || (kind === "points" && meaning === "points" && most > 1);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export class Operations {
  constructor(list) {
    this.list = list;
    this.named = new Map(list.map((one) => [one.name, one]));
    this.groups = [...new Set(list.map(({ group }) => group))];
  }

  get(name) {
    return this.named.get(name);
  }

  of(group) {
    return this.list.filter((one) => one.group === group);
  }

  labelOf(group) {
    return this.of(group)[0]?.group_label ?? group;
  }

  // All values of a step, neutral where it says nothing.
  values(name, step = {}) {
    return Object.fromEntries((this.get(name)?.parameters ?? []).map((one) => [one.name, step[one.name] ?? one.neutral]));
  }

  isNeutral(step) {
    const operation = this.get(step.op);
    if (!operation) return false;
    const values = this.values(step.op, step);
    const decides = operation.parameters.find(({ name }) => name === DECIDES[step.op]);
    if (decides && same(values[decides.name], decides.neutral)) return true;
    return operation.parameters.every((one) => same(values[one.name], one.neutral));
  }

  // The amount without which an operation does nothing, whatever its other values are; undefined where there is none.
  amountOf(name) {
    return this.get(name).parameters.find((one) => one.name === DECIDES[name] && one.kind === "number");
  }

  #place({ op }) {
    return this.list.findIndex(({ name }) => name === op);
  }

  find(steps, name) {
    return steps.findLast(({ op }) => op === name);
  }

  // The same steps with these values of an operation; it takes its usual place if it was not there yet.
  set(steps, name, values) {
    const old = this.find(steps, name);
    const merged = { ...this.values(name, old), ...values };
    const step = { op: name };
    for (const { name: parameter, neutral } of this.get(name).parameters) {
      if (!same(merged[parameter], neutral)) step[parameter] = merged[parameter];
    }
    if (Object.keys(step).length === 1) return steps.filter((one) => one !== old);
    if (old) return steps.map((one) => (one === old ? step : one));
    const after = steps.findIndex((one) => this.#place(one) > this.#place(step));
    return after < 0 ? [...steps, step] : steps.toSpliced(after, 0, step);
  }

  without(steps, names) {
    return steps.filter(({ op }) => !names.includes(op));
  }

  // The parameter that a step still waits for: a photo to stand behind the people, faces to cover. Until then it does nothing.
  missing(step) {
    const { parameters = [] } = this.get(step.op) ?? {};
    const values = this.values(step.op, step);
    const choices = parameters.filter(({ kind }) => kind === "choice").map(({ name }) => values[name]);
    return parameters.find(({ name, kind }) => kind === "ids" && choices.includes(name) && !values[name].length);
  }

  active(steps) {
    return steps.filter((step) => !this.isNeutral(step) && !this.missing(step));
  }

  // Whether a step fits no other photo: what is kept of it, its faces, what was painted or pointed at.
  isOfOnePhoto(step) {
    const operation = this.get(step.op);
    const values = this.values(step.op, step);
    return operation.group === "geometry" || operation.parameters.some((one) => isOwn(one) && values[one.name].length);
  }

  // What of a step is kept when a preset sets the rest: what was painted or pointed at, faces and where they are.
  ownValues(step) {
    if (!step) return {};
    const isKept = (one) => step[one.name]?.length && one.of !== "photos" && (isOwn(one) || one.kind === "boxes");
    return Object.fromEntries(this.get(step.op).parameters.filter(isKept).map(({ name }) => [name, step[name]]));
  }

  // What of these steps can be done to other photos, and what can't.
  parted(steps) {
    const known = this.active(steps).filter(({ op }) => this.get(op));
    const forOthers = known.filter((step) => !this.isOfOnePhoto(step)).map((step) => this.#withoutPlaces(step));
    return { forOthers, ofThisPhoto: known.filter((step) => this.isOfOnePhoto(step)) };
  }

  #withoutPlaces(step) {
    const boxes = this.get(step.op).parameters.filter(({ kind }) => kind === "boxes").map(({ name }) => name);
    return Object.fromEntries(Object.entries(step).filter(([name]) => !boxes.includes(name)));
  }

  labels(steps) {
    return [...new Set(steps.map(({ op }) => this.get(op)?.label).filter(Boolean))];
  }
}

export const clean = (steps) => steps.map(({ version: _version, ...step }) => step);
export const recipeOf = (steps) => ({ format: 1, steps });
export const keyOf = (steps) => JSON.stringify(steps);
