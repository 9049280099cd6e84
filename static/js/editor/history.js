// What was done in this session, undone and done again without end. No DOM.
import { keyOf } from "./recipe.js";

const ONE_GO_MS = 1000; // presses of a key that follow each other so quickly are one step

export class History {
  #past = [];
  #future = [];
  #committed;
  #lastGo = { as: "", at: 0 };
  #listeners = new Set();

  constructor(steps) {
    this.steps = steps;
    this.#committed = steps;
    this.saved = keyOf(steps);
  }

  onChange(listener) {
    this.#listeners.add(listener);
  }

  #tell(isPassing) {
    for (const listener of this.#listeners) listener({ isPassing });
  }

  // While a slider moves: seen, but not a step of its own.
  preview(steps) {
    this.steps = steps;
    this.#tell(true);
  }

  // as: what a key moves by small steps, the same name each time: then these are undone together.
  commit(steps = this.steps, as = "") {
    const isSame = keyOf(steps) === keyOf(this.#committed);
    this.steps = steps;
    if (!isSame) {
      if (!this.#isSameGo(as)) this.#past.push(this.#committed);
      this.#future = [];
      this.#committed = steps;
      if (this.canUndo && keyOf(steps) === keyOf(this.#past.at(-1))) this.#past.pop(); // back where this go began
    }
    this.#lastGo = { as, at: performance.now() };
    this.#tell(false);
  }

  #isSameGo(as) {
    return as !== "" && as === this.#lastGo.as && performance.now() - this.#lastGo.at < ONE_GO_MS && this.canUndo;
  }

  undo() {
    this.#go(this.#past, this.#future);
  }

  redo() {
    this.#go(this.#future, this.#past);
  }

  #go(from, to) {
    if (!from.length) return;
    this.#lastGo = { as: "", at: 0 };
    to.push(this.#committed);
    this.steps = this.#committed = from.pop();
    this.#tell(false);
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  get isSaved() {
    return keyOf(this.steps) === this.saved;
  }
}
