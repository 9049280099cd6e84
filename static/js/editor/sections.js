// The panel of a group: each operation as it describes itself, with reset, a suggestion, and what is set on the photo itself.
import { gettext } from "../words.js";
import { control } from "./controls.js";
import { button, icon, iconButton, make } from "./dom.js";
import { SPECIALS } from "./specials.js";

export const isPlain = ({ parameters }) => parameters.length === 1 && parameters[0].kind === "number";
const isTwins = ({ parameters }) => parameters.length > 1 && parameters.length < 3 && parameters.every(({ kind }) => kind === "number");

export class Section {
  #editor;
  #operation;
  #controls = [];

  constructor(editor, operation, { isOpen = false, isFolded = false } = {}) {
    this.#editor = editor;
    this.#operation = operation;
    const parts = operation.parameters.map((parameter) => this.#part(parameter)).filter(Boolean);
    const extra = SPECIALS.extra[operation.name]?.(editor, operation);
    if (extra) this.#controls.push({ special: extra });
    if (!isFolded && isPlain(operation) && !operation.can_suggest) {
      this.element = make("div", { class: "editor-op is-plain", "data-op": operation.name }, ...parts);
      return;
    }
    const auto = operation.can_suggest ? button(gettext("Auto"), { name: "auto", shape: "editor-mini", "data-auto": operation.name, onclick: (event) => editor.suggest(operation, event.currentTarget) }) : null;
    this.reset = iconButton(gettext("Reset"), "rotate-ccw", { class: "editor-icon editor-reset", onclick: () => editor.reset([operation.name]) });
    this.reset.append(make("span", { class: "visually-hidden" }, ` ${operation.label}`));
    const tools = make("div", { class: "editor-op-tools" }, auto, this.reset);
    const body = make("div", { class: "editor-op-body" }, extra?.element, ...parts);
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
      input: (value) => this.#editor.session.input(name, { [parameter.name]: value }),
      change: () => this.#editor.session.commit(),
    };
    const special = SPECIALS.of(this.#operation, parameter)?.(this.#editor, this.#operation, parameter, on);
    const made = special ?? control(parameter, on);
    if (!made) return null;
    made.element.classList.toggle("is-same", parameter.label === this.#operation.label);
    this.#controls.push({ parameter, made });
    return made.element;
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
  }

  get isOpen() {
    return this.element.tagName !== "DETAILS" || this.element.open;
  }

  update() {
    const values = this.#editor.session.values(this.#operation.name);
    for (const { parameter, made, special } of this.#controls) {
      if (special) special.set?.(values);
      else {
        made.set(values[parameter.name], values);
        made.element.hidden = !isMeant(this.#operation, parameter, values);
      }
    }
    const step = this.#editor.operations.find(this.#editor.session.history.steps, this.#operation.name);
    const isActive = Boolean(step) && !this.#editor.operations.isNeutral(step);
    this.element.classList.toggle("is-active", isActive);
    if (this.reset) this.reset.hidden = !step;
  }
}

// A value that belongs to one choice only is shown while that one is chosen: the color of "A color".
function isMeant(operation, parameter, values) {
  const choices = operation.parameters.filter(({ kind }) => kind === "choice");
  const mine = choices.find((one) => one !== parameter && one.options.some(({ value }) => value === parameter.name));
  if (mine) return values[mine.name] === parameter.name;
  const first = operation.parameters[0];
  const isOff = first !== parameter && (first.kind === "choice" || first.kind === "text") && values[first.name] === first.neutral;
  if (parameter.of === "faces") return !isOff && values[first.name] === "chosen";
  return !isOff;
}
