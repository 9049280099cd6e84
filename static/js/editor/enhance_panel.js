// One click makes the photo better: the steps that were chosen stand here with their reasons, each can be switched off.
import { gettext } from "../words.js";
import { button, icon, make } from "./dom.js";
import { written } from "./controls.js";
import { presetChips } from "./presets.js";
import { clean } from "./recipe.js";

export class EnhancePanel {
  #editor;
  #chosen = [];

  constructor(editor) {
    this.#editor = editor;
    this.press = button(gettext("Enhance"), { name: "sparkles", shape: "button button-primary button-wide", "data-enhance": true, onclick: () => this.run() });
    this.list = make("ul", { class: "enhance-list" });
    this.said = make("p", { class: "quiet small", role: "status" }, gettext("Looks at the photo and chooses a few careful steps. You see why, and can switch each of them off."));
    this.element = make("div", { class: "editor-panel-body" }, make("div", { class: "editor-op is-plain stack" }, this.press, this.said), this.list, presetChips(editor.presets));
  }

  async run() {
    if (this.press.getAttribute("aria-busy") === "true") return;
    this.press.setAttribute("aria-busy", "true");
    try {
      const found = await this.#editor.suggested("enhance");
      const old = this.#editor.session.history.steps;
      this.#chosen = found.map(({ reason, ...step }) => ({ reason, step: clean([step])[0], before: this.#editor.operations.find(old, step.op) }));
      this.#draw();
      this.said.textContent = found.length ? gettext("This is what was chosen:") : gettext("This photo is fine as it is. Nothing was changed.");
      let steps = old;
      for (const { step: { op, ...values } } of this.#chosen) steps = this.#editor.operations.set(steps, op, { ...this.#editor.operations.values(op), ...values });
      this.#editor.session.history.commit(steps);
    } catch (error) {
      this.#editor.say(error);
    } finally {
      this.press.removeAttribute("aria-busy");
    }
  }

  #draw() {
    this.list.replaceChildren(...this.#chosen.map((one) => {
      const { op, ...values } = one.step;
      const operation = this.#editor.operations.get(op);
      const numbers = operation.parameters.filter(({ kind, name }) => kind === "number" && name in values).map((parameter) => written(parameter, values[parameter.name]));
      one.input = make("input", { type: "checkbox", role: "switch", checked: true, onchange: () => this.#toggle(one) });
      return make("li", { class: "enhance-step" }, make("label", { class: "switch" }, make("span", { class: "enhance-name" }, icon(operation.icon), make("span", {}, `${operation.label} `, make("span", { class: "quiet numbers" }, numbers.join(", ")))), one.input), make("p", { class: "quiet small" }, one.reason ?? ""));
    }));
  }

  #toggle({ step: { op, ...values }, before, input }) {
    const { session, operations } = this.#editor;
    const { op: _op, ...old } = before ?? {};
    session.set(op, { ...operations.values(op), ...(input.checked ? values : old) });
  }

  // Switches follow undo and redo.
  update() {
    const { session, operations } = this.#editor;
    for (const { step: { op, ...values }, input } of this.#chosen) {
      const now = session.values(op);
      input.checked = Boolean(operations.find(session.history.steps, op)) && Object.entries(values).every(([name, value]) => JSON.stringify(now[name]) === JSON.stringify(value));
    }
  }

  enter() {}

  leave() {}
}
