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
    const label = editor.operations.labelOf(group);
    const isFolded = operations.filter((one) => !isPlain(one)).length > FEW; // then each of them is opened by itself
    this.#sections = operations.map((operation, n) => {
      const isBare = operation.label === label || operations.length === 1; // the panel's heading says it already
      return new Section(editor, operation, { isBare, isFolded: isFolded && !isBare, isOpen: n === 0 && operations.length < 3 });
    });
    this.reset = button(gettext("Reset all of this"), { name: "rotate-ccw", shape: "editor-mini editor-reset-all", onclick: () => editor.reset(operations.map(({ name }) => name)) });
    const note = editor.noteOf(group);
    this.element = make("div", { class: "editor-panel-body" }, ...this.#sections.map(({ element }) => element), this.reset, note);
    this.#takeTurns();
  }

  // What a bare section sets on the photo rests while another one is open; to touch it closes that one.
  #takeTurns() {
    const bare = this.#sections.filter(({ isBare }) => isBare);
    const folded = this.#sections.filter(({ isFolded }) => isFolded);
    if (!bare.length || !folded.length) return;
    this.element.addEventListener("toggle", () => {
      const isOther = folded.some(({ isOpen }) => isOpen);
      for (const section of bare) if (isOther) section.leave(); else section.enter();
    }, true);
    for (const { element } of bare) element.addEventListener("click", () => folded.forEach((section) => section.fold()));
  }

  enter() {
    const isOther = this.#sections.some(({ isFolded, isOpen }) => isFolded && isOpen);
    for (const section of this.#sections) if (section.isOpen && !(isOther && section.isBare)) section.enter();
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
