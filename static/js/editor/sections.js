// The panel of a group: each operation as it describes itself, with reset, a suggestion, and what is set on the photo itself.
import { gettext } from "../words.js";
import { control } from "./controls.js";
import { button, icon, iconButton, make } from "./dom.js";
import { SPECIALS } from "./specials.js";

export const isPlain = ({ parameters }) => parameters.length === 1 && parameters[0].kind === "number";
const isTwins = ({ parameters }) => parameters.length > 1 && parameters.length < 3 && parameters.every(({ kind }) => kind === "number");
// Parameters that mean something only together with others.
const MEANT = { "resize.fit": ({ width, height }) => width > 0 && height > 0 };

export class Section {
  #editor;
  #operation;
  #controls = [];
  #refused = new Map(); // what was typed and is not done, by parameter: {value, sentence}; no value where it is no number at all

  // isBare: under a heading of the same words, which it does not repeat; nothing folds it.
  constructor(editor, operation, { isOpen = false, isFolded = false, isBare = false } = {}) {
    this.#editor = editor;
    this.#operation = operation;
    this.isBare = isBare;
    const parts = operation.parameters.map((parameter) => this.#part(parameter)).filter(Boolean);
    const extra = SPECIALS.extra[operation.name]?.(editor, operation);
    if (extra) this.#controls.push({ special: extra });
    this.outcome = make("p", { class: "quiet small numbers", role: "status", "data-outcome": true, hidden: true });
    if (!isFolded && isPlain(operation) && !operation.can_suggest) {
      this.element = make("div", { class: "editor-op is-plain", "data-op": operation.name }, ...parts);
      return;
    }
    const auto = operation.can_suggest ? button(gettext("Auto"), { name: "auto", shape: "editor-mini", "data-auto": operation.name, onclick: (event) => editor.suggest(operation, event.currentTarget) }) : null;
    const body = make("div", { class: "editor-op-body" }, extra?.element, ...parts, this.outcome);
    if (isBare) {
      this.element = make("div", { class: "editor-op is-bare", role: "group", "aria-label": operation.label, "data-op": operation.name }, auto, body);
      return;
    }
    this.reset = iconButton(gettext("Reset"), "rotate-ccw", { class: "editor-icon editor-reset", onclick: () => this.#reset() });
    this.reset.append(make("span", { class: "visually-hidden" }, ` ${operation.label}`));
    const tools = make("div", { class: "editor-op-tools" }, auto, this.reset);
    if (!isFolded && (isPlain(operation) || isTwins(operation))) {
      const head = make("div", { class: "editor-op-head" }, make("h3", {}, operation.label), tools);
      this.element = make("section", { class: "editor-op is-flat", "data-op": operation.name }, head, body);
      return;
    }
    const summary = make("summary", { class: "editor-op-head" }, icon(operation.icon), make("span", { class: "editor-op-name" }, operation.label), icon("down"));
    this.element = make("details", { class: "editor-op is-folded", "data-op": operation.name, open: isOpen }, summary, make("div", { class: "editor-op-tools" }, auto, this.reset), body);
    this.element.addEventListener("toggle", () => this.#toggled());
  }

  #part(parameter) {
    const { name } = this.#operation;
    const on = {
      input: (value) => this.#put(parameter.name, value),
      change: (isKeyed) => this.#editor.session.commit(isKeyed ? `${name}.${parameter.name}` : ""),
      check: (value) => this.#isRefused(parameter.name, value),
      refuse: (sentence) => this.#refuse(parameter.name, { sentence }),
    };
    const special = SPECIALS.of(this.#operation, parameter)?.(this.#editor, this.#operation, parameter, on);
    const made = special ?? control(parameter, on);
    if (!made) return null;
    made.element.classList.toggle("is-same", parameter.label === this.#operation.label);
    this.#controls.push({ parameter, made });
    return made.element;
  }

  // --- values, and those that are refused

  // This value with those that were refused before; the one may have been what was wrong with the other.
  #typed(name, value) {
    const others = [...this.#refused].filter(([, { value: one }]) => one !== undefined).map(([other, { value: one }]) => [other, one]);
    return { ...Object.fromEntries(others), [name]: value };
  }

  #put(name, value) {
    if (this.#isRefused(name, value)) return;
    const values = this.#typed(name, value);
    for (const done of Object.keys(values)) this.#refused.delete(done);
    this.#editor.session.input(this.#operation.name, values);
  }

  // Whether a value can't be: then it stays in its field, with the reason below it.
  #isRefused(name, value) {
    const { session } = this.#editor;
    const sentence = session.refusal(this.#operation.name, { ...session.values(this.#operation.name), ...this.#typed(name, value) });
    if (sentence) this.#refuse(name, { value, sentence });
    else this.#say(name, "");
    return Boolean(sentence);
  }

  #refuse(name, why) {
    this.#refused.set(name, why);
    this.#say(name, why.sentence);
    this.outcome.hidden = true;
  }

  #say(name, sentence) {
    this.#controls.find(({ parameter }) => parameter?.name === name)?.made.say?.(sentence);
  }

  #reset() {
    this.#refused.clear();
    this.#editor.reset([this.#operation.name]);
  }

  // One section is open at a time, and what it sets on the photo is seen while it is.
  #toggled() {
    if (this.element.open) {
      for (const other of this.element.parentElement?.querySelectorAll("details.editor-op[open]") ?? []) if (other !== this.element) other.open = false;
      this.enter();
      this.element.scrollIntoView({ block: "nearest" });
    } else this.leave();
  }

  enter() {
    for (const { made, special } of this.#controls) (made ?? special).enter?.();
  }

  leave() {
    for (const { made, special } of this.#controls) (made ?? special).leave?.();
    if (!this.#refused.size) return;
    this.#refused.clear();
    this.update();
  }

  get isFolded() {
    return this.element.tagName === "DETAILS";
  }

  get isOpen() {
    return !this.isFolded || this.element.open;
  }

  fold() {
    if (this.isFolded) this.element.open = false;
  }

  update() {
    const { session, operations } = this.#editor;
    const { name } = this.#operation;
    const values = session.values(name);
    for (const { parameter, made, special } of this.#controls) {
      if (special) special.set?.(values);
      else {
        const refused = this.#refused.get(parameter.name);
        if (!refused || refused.value !== undefined) made.set(refused?.value ?? values[parameter.name], values);
        made.say?.(refused?.sentence ?? "");
        made.element.hidden = !isMeant(this.#operation, parameter, values);
        made.element.inert = this.#isIdle(parameter, values);
      }
    }
    const step = operations.find(session.history.steps, name);
    const isActive = Boolean(step) && !operations.isNeutral(step);
    this.element.classList.toggle("is-active", isActive);
    if (this.reset) this.reset.hidden = !step;
    this.#tell(values, isActive && !this.#refused.size ? session.refusal(name) : "");
  }

  // Whether it would do nothing yet: how large a grain is of which there is none.
  #isIdle(parameter, values) {
    const amount = this.#editor.operations.amountOf(this.#operation.name);
    return Boolean(amount) && amount !== parameter && values[amount.name] === amount.neutral;
  }

  // What the values come to; and what another step has made impossible since, at the first of them that is set.
  #tell(values, sentence) {
    if (sentence) this.#controls.find(({ parameter, made }) => made?.say && values[parameter.name] !== parameter.neutral)?.made.say(sentence);
    this.outcome.textContent = this.#refused.size ? "" : this.#editor.session.outcome(this.#operation.name);
    this.outcome.hidden = !this.outcome.textContent;
  }
}

// A value that belongs to one choice only is shown while that one is chosen: the color of "A color".
function isMeant(operation, parameter, values) {
  const meant = MEANT[`${operation.name}.${parameter.name}`];
  if (meant) return meant(values);
  const choices = operation.parameters.filter(({ kind }) => kind === "choice");
  const mine = choices.find((one) => one !== parameter && one.options.some(({ value }) => value === parameter.name));
  if (mine) return values[mine.name] === parameter.name;
  const first = operation.parameters[0];
  const isOff = first !== parameter && (first.kind === "choice" || first.kind === "text") && values[first.name] === first.neutral;
  if (parameter.of === "faces") return !isOff && values[first.name] === "chosen";
  return !isOff;
}
