// Presets: recipes with a name. Used by one tap, from the dialog and from the panel of the tool Auto.
import { api } from "../api.js";
import { toast } from "../toasts.js";
import { gettext, locale } from "../words.js";
import { $, button, icon, iconButton, make } from "./dom.js";
import { clean, recipeOf } from "./recipe.js";

const listed = (names) => new Intl.ListFormat(locale, { type: "conjunction" }).format(names);

const COVERS = "blur_faces"; // covered faces stay covered

// Steps of the same groups are replaced; all others stay, and so does what belongs to this photo alone.
export function apply(editor, steps) {
  const { operations, history } = editor;
  const known = clean(steps).filter(({ op }) => operations.get(op));
  const groups = new Set(known.map(({ op }) => operations.get(op).group));
  const isKept = (step) => !groups.has(operations.get(step.op)?.group) || operations.isOfOnePhoto(step) || step.op === COVERS;
  let made = history.steps.filter(isKept);
  for (const { op, ...values } of known) made = operations.set(made, op, { ...operations.values(op), ...values, ...operations.ownValues(operations.find(made, op)) });
  history.commit(made);
}

export class Presets {
  #editor;
  #dialog = $("#editor-presets");
  #known = null;
  #listeners = new Set();

  constructor(editor) {
    this.#editor = editor;
    $("[data-preset-form]").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#add(event.target);
    });
  }

  get #url() {
    return this.#editor.root.dataset.presets;
  }

  // listener(presets) each time they were read.
  onRead(listener) {
    this.#listeners.add(listener);
    if (this.#known) listener(this.#known);
    else this.read().catch(() => undefined);
  }

  async read() {
    const { results } = await api("GET", this.#url);
    this.#known = results;
    for (const listener of this.#listeners) listener(results);
    return results;
  }

  use(preset) {
    const { history } = this.#editor;
    const before = history.steps;
    apply(this.#editor, preset.recipe.steps);
    this.#dialog.close();
    if (history.steps === before) return;
    toast(gettext("“{name}” is applied.", { name: preset.name }), { action: gettext("Undo"), onAction: () => history.commit(before) });
  }

  // What a preset does, in words: "Exposure and Sepia".
  does(preset) {
    return listed(this.#editor.operations.labels(preset.recipe.steps));
  }

  async show() {
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#explain();
    const list = this.#dialog.querySelector("[data-presets]");
    try {
      const results = await this.read();
      list.replaceChildren(...(results.length ? results.map((preset) => this.#row(preset)) : [make("li", { class: "quiet" }, gettext("There are no presets yet."))]));
    } catch (error) {
      list.replaceChildren(make("li", { class: "notice notice-bad" }, error.message));
    }
  }

  // What a preset made of this would keep, and what it would leave out.
  #explain() {
    const { operations, history } = this.#editor;
    const { forOthers, ofThisPhoto } = operations.parted(history.steps);
    const [kept, left] = [forOthers, ofThisPhoto].map((steps) => listed(operations.labels(steps)));
    $("[data-preset-form]").hidden = !kept;
    const say = (name, sentence) => {
      const line = this.#dialog.querySelector(`[data-preset-${name}]`);
      line.textContent = sentence;
      line.hidden = !sentence;
    };
    say("kept", kept && gettext("Kept: {names}.", { names: kept }));
    say("left", kept && left && gettext("Left out, because it belongs to this photo alone: {names}.", { names: left }));
    say("nothing", kept ? "" : left ? gettext("What is set here belongs to this photo alone: {names}. Set light, color or a look, and you can keep that as a preset.", { names: left })
      : gettext("Set light, color or a look as you like it; then you can keep it here under a name."));
  }

  #row(preset) {
    const url = `${this.#url}${preset.id}/`;
    const whose = preset.is_rooms ? gettext("The room’s") : gettext("Yours");
    const use = make("button", { type: "button", class: "preset-use", onclick: () => this.use(preset) },
      make("span", { class: "grow preset-text" }, make("span", { class: "preset-name", dir: "auto" }, preset.name), make("span", { class: "quiet small preset-whose" }, [whose, this.does(preset)].filter(Boolean).join(" · "))),
      make("span", { class: "editor-mini" }, gettext("Use")));
    const item = make("li", { class: "preset-row", "data-preset-id": preset.id }, use,
      iconButton(gettext("Rename {name}", { name: preset.name }), "edit", { onclick: () => this.#rename(item, preset, url) }),
      iconButton(gettext("Delete {name}", { name: preset.name }), "trash", { onclick: () => this.#remove(item, preset, url) }));
    return item;
  }

  #rename(item, preset, url) {
    const input = make("input", { class: "input", value: preset.name, maxlength: 200, "aria-label": gettext("Name"), dir: "auto" });
    const form = make("form", { class: "preset-rename" }, input, make("button", { class: "button" }, gettext("Rename")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await api("PATCH", url, { name: input.value });
        await this.show();
        this.#dialog.querySelector(`[data-preset-id="${preset.id}"] .preset-use`)?.focus();
      } catch (error) {
        complain(form, error);
      }
    });
    item.replaceChildren(form);
    input.select();
  }

  // The way back stands where the preset stood: what is said below the page can't be reached while the dialog is open.
  async #remove(item, preset, url) {
    try {
      await api("DELETE", url);
      const again = { name: preset.name, recipe: preset.recipe, is_rooms: preset.is_rooms };
      const undo = button(gettext("Undo"), { name: "undo", onclick: () => api("POST", this.#url, again).then(() => this.show()).catch((error) => complain(item, error)) });
      item.replaceChildren(make("p", { class: "grow quiet", role: "status" }, gettext("“{name}” is deleted.", { name: preset.name })), undo);
      undo.focus();
      this.read().catch(() => undefined);
    } catch (error) {
      complain(item, error);
    }
  }

  async #add(form) {
    const press = form.querySelector("button");
    if (press.getAttribute("aria-busy") === "true") return;
    press.setAttribute("aria-busy", "true");
    const values = new FormData(form);
    const { forOthers } = this.#editor.operations.parted(this.#editor.history.steps);
    try {
      await api("POST", this.#url, { name: values.get("name"), recipe: recipeOf(forOthers), is_rooms: values.has("is_rooms") });
      form.reset();
      complain(form, null);
      this.show();
    } catch (error) {
      complain(form, error);
    } finally {
      press.removeAttribute("aria-busy");
    }
  }
}

// Said in the dialog itself; null: nothing is wrong any more.
function complain(element, error) {
  element.querySelector(".editor-refusal")?.remove();
  if (error) element.append(make("p", { class: "editor-refusal small", role: "alert" }, error.message));
}

// The presets as chips, above all else that needs a look: one tap each.
export function presetChips(presets) {
  const chips = make("div", { class: "choice-chips preset-chips" });
  const element = make("section", { class: "editor-op is-flat", "data-preset-chips": true, hidden: true }, make("div", { class: "editor-op-head" }, make("h3", {}, gettext("Presets"))), chips);
  presets.onRead((known) => {
    element.hidden = !known.length;
    chips.replaceChildren(...known.map((preset) => button(preset.name, { name: "preset", shape: "chip-choice chip-button", title: presets.does(preset), onclick: () => presets.use(preset) })));
  });
  return element;
}
