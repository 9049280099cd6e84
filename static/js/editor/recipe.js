// Recipes in the page: lists of steps that are never changed in place, and what the site's operations are called. No DOM.

// Operations that do nothing while this parameter is neutral, whatever the others say; elsewhere all of them must be.
const DECIDES = {
  looks: "look", black_white: "strength", sepia: "strength", vignette: "amount", grain: "amount", cutout: "background",
  blur_background: "strength", blur_faces: "whose", clarity: "amount", sharpen: "amount", low_light: "amount", style: "style",
  text: "text", watermark: "text",
};
export const NEEDS_ONE_PHOTO = new Set(["faces", "photos"]);
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

  active(steps) {
    return steps.filter((step) => !this.isNeutral(step));
  }
}

export const clean = (steps) => steps.map(({ version: _version, ...step }) => step);
export const recipeOf = (steps) => ({ format: 1, steps });
export const keyOf = (steps) => JSON.stringify(steps);
