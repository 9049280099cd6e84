// Saving, somebody else who was faster, leaving with changes.
import { api } from "../api.js";
import { toast } from "../toasts.js";
import { gettext } from "../words.js";
import { $ } from "./dom.js";
import { clean, keyOf, recipeOf } from "./recipe.js";

const LOOK_MS = 5000; // not more often

export class Saving {
  #editor;
  #drafts;
  #tabs;
  #base;
  #isLeaving = false;
  #looked = 0;
  #told = 0; // the newest version that was spoken of

  constructor(editor, { base, drafts, tabs }) {
    this.#editor = editor;
    this.#drafts = drafts;
    this.#tabs = tabs;
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
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && performance.now() - this.#looked > LOOK_MS && this.look());
  }

  #keepDraft() {
    const { history } = this.#editor;
    this.#drafts.keep(history.isSaved ? null : { base: this.#base, steps: history.steps });
  }

  set base(number) {
    this.#base = number;
    this.#keepDraft();
  }

  async save() {
    const press = $("[data-save]");
    if (press.getAttribute("aria-busy") === "true" || this.#isLeaving) return;
    press.setAttribute("aria-busy", "true");
    try {
      await api("PUT", this.#editor.root.dataset.edit, { recipe: recipeOf(this.#editor.operations.active(this.#editor.history.steps)), base: this.#base });
      this.#tabs.saved();
      this.#go();
    } catch (error) {
      if (error.status === 401) toast(gettext("You are signed out. Sign in again: your changes are kept."), { action: gettext("Sign in"), onAction: () => this.#signIn() });
      else if (error.code === "edited_meanwhile") await this.#met(error).catch(({ message }) => toast(message));
      else toast(error.message, { action: gettext("Try again"), onAction: () => this.save() });
    } finally {
      press.removeAttribute("aria-busy");
    }
  }

  // The page asks for it when it comes again; the draft is there afterwards.
  #signIn() {
    this.#isLeaving = true;
    location.reload();
  }

  // Somebody else was faster: theirs is what the next save is based on, whatever is chosen.
  async #met(error) {
    await this.#readTheirs();
    this.#base = this.theirs.number;
    $("[data-met-text]").textContent = error.message;
    $("#editor-met").showModal();
  }

  async #readTheirs() {
    this.theirs = await api("GET", this.#editor.root.dataset.edit);
    this.#told = this.theirs.number;
  }

  // Whether there is a newer version by now, here in another tab or from somebody else: said before anything is saved on top.
  async look() {
    this.#looked = performance.now();
    const { number } = await api("GET", this.#editor.root.dataset.edit).catch(() => ({ number: this.#base }));
    if (number === this.#base || number === this.#told || this.#isLeaving) return;
    await this.#readTheirs();
    if (this.#editor.history.isSaved) this.#lookAtTheirs();
    else toast(gettext("This photo was edited meanwhile, here in another tab or by somebody else."), { action: gettext("Look at it"), onAction: () => this.#lookAtTheirs() });
  }

  #lookAtTheirs() {
    const { history } = this.#editor;
    const [mine, hadChanges] = [history.steps, !history.isSaved];
    this.#base = this.theirs.number;
    history.commit(clean(this.theirs.recipe.steps));
    history.saved = keyOf(history.steps);
    this.#editor.update();
    this.#keepDraft();
    toast(gettext("This is what was saved last."), hadChanges ? { action: gettext("Back to mine"), onAction: () => history.commit(mine) } : {});
  }

  leave() {
    if (this.#editor.history.isSaved) this.#go();
    else $("#editor-leave").showModal();
  }

  #go() {
    this.#isLeaving = true;
    this.#drafts.keep(null);
    location.assign(this.#editor.root.dataset.back);
  }
}
