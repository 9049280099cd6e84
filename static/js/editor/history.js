// What was done in this session, undone and done again without end. No DOM.
import { keyOf } from "./recipe.js";

export class History {
  #past = [];
  #future = [];
  #committed;
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

  commit(steps = this.steps) {
    const isSame = keyOf(steps) === keyOf(this.#committed);
    this.steps = steps;
    if (!isSame) {
      this.#past.push(this.#committed);
      this.#future = [];
      this.#committed = steps;
    }
    this.#tell(false);
  }

  undo() {
    this.#go(this.#past, this.#future);
  }

  redo() {
    this.#go(this.#future, this.#past);
  }

  #go(from, to) {
    if (!from.length) return;
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
