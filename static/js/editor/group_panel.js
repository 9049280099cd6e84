// The panel of any group of operations, as the site lists them.
import { gettext } from "../words.js";
import { button, make } from "./dom.js";
import { isPlain, Section } from "./sections.js";

const FEW = 2;

export class GroupPanel {
  #editor;
  #group;
  #sections;

  constructor(editor, group) {
    this.#editor = editor;
    this.#group = group;
    const operations = editor.operations.of(group);
    const isFolded = operations.filter((one) => !isPlain(one)).length > FEW; // then each of them is opened by itself
    this.#sections = operations.map((operation, n) => new Section(editor, operation, { isFolded, isOpen: operation.name === "looks" || (n === 0 && operations.length < 3) }));
    this.reset = button(gettext("Reset all of this"), { name: "rotate-ccw", shape: "editor-mini editor-reset-all", onclick: () => editor.reset(operations.map(({ name }) => name)) });
    const note = editor.noteOf(group);
    this.element = make("div", { class: "editor-panel-body" }, ...this.#sections.map(({ element }) => element), note, this.reset);
  }

  enter() {
    for (const section of this.#sections) if (section.isOpen) section.enter();
  }

  leave() {
    for (const section of this.#sections) section.leave();
  }

  update() {
    for (const section of this.#sections) section.update();
    const names = this.#editor.operations.of(this.#group).map(({ name }) => name);
    this.reset.hidden = !this.#editor.session.history.steps.some(({ op }) => names.includes(op));
  }
}
