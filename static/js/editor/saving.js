// Saving, drafts that survive a reload, somebody else who was faster, leaving with changes.
import { api } from "../api.js";
import { toast } from "../toasts.js";
import { gettext } from "../words.js";
import { $ } from "./dom.js";
import { clean, keyOf, recipeOf } from "./recipe.js";

const nameOf = (photo) => `photoroom-edit-${photo}`;

export function readDraft(photo) {
  try {
    const draft = JSON.parse(localStorage.getItem(nameOf(photo)));
    return Array.isArray(draft?.steps) && Number.isInteger(draft.base) ? draft : null;
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    if (value) localStorage.setItem(name, JSON.stringify(value));
    else localStorage.removeItem(name);
  } catch {
    // no room, or not allowed: the draft does not survive a reload
  }
}

export class Saving {
  #editor;
  #photo;
  #base;
  #isLeaving = false;

  constructor(editor, photo, base) {
    this.#editor = editor;
    this.#photo = photo;
    this.#base = base;
    $("[data-save]").addEventListener("click", () => this.save());
    addEventListener("beforeunload", (event) => {
      if (!this.#isLeaving && !editor.history.isSaved) event.preventDefault();
    });
    $("[data-leave]").addEventListener("click", (event) => {
      event.preventDefault();
      this.leave();
    });
    const asked = $("#editor-leave");
    asked.querySelector("[data-leave-save]").addEventListener("click", () => { asked.close(); this.save(); });
    asked.querySelector("[data-leave-drop]").addEventListener("click", () => this.#go());
    const met = $("#editor-met");
    met.querySelector("[data-met-look]").addEventListener("click", () => { met.close(); this.#lookAtTheirs(); });
    met.querySelector("[data-met-save]").addEventListener("click", () => { met.close(); this.save(); });
    editor.history.onChange(({ isPassing }) => isPassing || this.#keepDraft());
  }

  #keepDraft() {
    const { history } = this.#editor;
    keep(nameOf(this.#photo), history.isSaved ? null : { base: this.#base, steps: history.steps });
  }

  set base(number) {
    this.#base = number;
    this.#keepDraft();
  }

  async save() {
    const press = $("[data-save]");
    press.setAttribute("aria-busy", "true");
    try {
      await api("PUT", this.#editor.root.dataset.edit, { recipe: recipeOf(this.#editor.operations.active(this.#editor.history.steps)), base: this.#base });
      this.#go();
    } catch (error) {
      if (error.code === "edited_meanwhile") await this.#met(error);
      else toast(error.message);
    } finally {
      press.removeAttribute("aria-busy");
    }
  }

  // Somebody else was faster: theirs is what the next save is based on, whatever is chosen.
  async #met(error) {
    const theirs = await api("GET", this.#editor.root.dataset.edit);
    this.#base = theirs.number;
    this.theirs = theirs;
    $("[data-met-text]").textContent = error.message;
    $("#editor-met").showModal();
  }

  #lookAtTheirs() {
    const mine = this.#editor.history.steps;
    this.#editor.history.commit(clean(this.theirs.recipe.steps));
    this.#editor.history.saved = keyOf(this.#editor.history.steps);
    this.#editor.update();
    toast(gettext("This is what the other one has saved."), { action: gettext("Back to mine"), onAction: () => this.#editor.history.commit(mine) });
  }

  leave() {
    if (this.#editor.history.isSaved) this.#go();
    else $("#editor-leave").showModal();
  }

  #go() {
    this.#isLeaving = true;
    keep(nameOf(this.#photo), null);
    location.assign(this.#editor.root.dataset.back);
  }
}
