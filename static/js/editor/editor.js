// The editor's page: tools, the photo, the panel of the open tool. What can be done comes from the site's list of operations.
import { gettext } from "../words.js";
import { toast } from "../toasts.js";
import { $, icon, make } from "./dom.js";
import { EnhancePanel } from "./enhance_panel.js";
import { GeometryPanel } from "./geometry_panel.js";
import { GroupPanel } from "./group_panel.js";
import { drawHistogram } from "./histogram_view.js";
import { History } from "./history.js";
import { clean, Operations } from "./recipe.js";
import { Session } from "./session.js";
import { Stage } from "./stage.js";
import { Wishes } from "./wishes.js";

const ORDER = ["geometry", "light", "color", "look", "repair", "background", "style", "finish"];
const ICONS = { geometry: "crop", light: "sun", color: "palette", look: "look", repair: "spot", background: "cutout", style: "style", finish: "text" };

export class Editor {
  #panels = new Map();
  #open = "";
  #tools = [];
  #listeners = new Set();

  constructor(root, operations, data, draft) {
    this.root = root;
    this.operations = new Operations(operations);
    this.photosUrl = root.dataset.photos;
    const page = Math.random().toString(36).slice(2, 9);
    this.suggestions = new Wishes(`${root.dataset.edit}preview/`, `${page}s`);
    this.stage = new Stage($("[data-stage]"), { view: (scale) => this.#viewed(scale), press: () => this.compare.hold(), release: () => this.compare.release() });
    this.compare = { hold() {}, release() {} };
    const history = new History(clean(data.recipe.steps));
    this.session = new Session({
      data, history, operations: this.operations, stage: this.stage, seed: Number(root.dataset.photoId),
      wishes: new Wishes(`${root.dataset.edit}preview/`, `${page}p`),
      on: { busy: (state) => this.#busy(state), histogram: (bins) => this.#showHistogram(bins), drawn: (how) => this.#drawn(how) },
    });
    history.onChange(({ isPassing }) => isPassing || this.update());
    history.onChange(({ isPassing }) => isPassing && this.#follow());
    if (draft) history.commit(draft);
    this.#buildTools();
    this.update();
  }

  get history() {
    return this.session.history;
  }

  photoUrl(id, size) {
    return `${this.root.dataset.media}${id}/${size}`;
  }

  onHistogram(listener) {
    this.#listeners.add(listener);
  }

  #showHistogram(bins) {
    drawHistogram($("[data-histogram]"), bins);
    for (const listener of this.#listeners) listener(bins);
  }

  // --- tools and panels

  #buildTools() {
    const known = [...ORDER.filter((group) => this.operations.groups.includes(group)), ...this.operations.groups.filter((group) => !ORDER.includes(group))];
    const bar = $("[data-tools]");
    this.#addTool(bar, "auto", gettext("Auto"), "sparkles", () => new EnhancePanel(this));
    for (const group of known) {
      const label = this.operations.labelOf(group);
      this.#addTool(bar, group, label, ICONS[group] ?? this.operations.of(group)[0].icon, () => (group === "geometry" ? new GeometryPanel(this) : new GroupPanel(this, group)));
    }
  }

  #addTool(bar, name, label, iconName, make_) {
    const press = make("button", { type: "button", class: "editor-tool", "data-tool": name, "aria-pressed": "false", onclick: () => this.open(name === this.#open && this.isNarrow ? "" : name) }, icon(iconName), make("span", {}, label));
    bar.append(press);
    this.#panels.set(name, { label, press, make: make_, panel: null });
  }

  get isNarrow() {
    return matchMedia("(width < 60rem)").matches;
  }

  get openTool() {
    return this.#open;
  }

  open(name) {
    if (name === this.#open) return;
    this.#panels.get(this.#open)?.panel?.leave();
    this.#panels.get(this.#open)?.press.setAttribute("aria-pressed", "false");
    this.#open = name;
    const next = this.#panels.get(name);
    this.root.classList.toggle("has-panel", Boolean(next));
    const body = $("[data-panel-body]");
    if (!next) {
      body.replaceChildren();
      return;
    }
    next.panel ??= next.make();
    next.press.setAttribute("aria-pressed", "true");
    next.press.scrollIntoView({ block: "nearest", inline: "nearest" });
    $("[data-panel-title]").textContent = next.label;
    body.replaceChildren(next.panel.element);
    body.scrollTop = 0;
    next.panel.update();
    next.panel.enter();
  }

  get panel() {
    return this.#panels.get(this.#open)?.panel;
  }

  // A tool that draws on the photo and gets its fingers; the one before it comes back afterwards.
  take(tool) {
    this.#tools = [...this.#tools.filter((one) => one !== tool), tool];
    this.stage.tool = tool;
  }

  drop(tool) {
    if (!tool) return;
    this.#tools = this.#tools.filter((one) => one !== tool);
    tool.close?.();
    this.stage.tool = this.#tools.at(-1) ?? null;
  }

  update() {
    this.#follow();
    const active = new Set(this.operations.active(this.history.steps).map(({ op }) => this.operations.get(op)?.group));
    for (const [name, { press }] of this.#panels) press.classList.toggle("is-used", active.has(name));
    $("[data-undo]").disabled = !this.history.canUndo;
    $("[data-redo]").disabled = !this.history.canRedo;
    $("[data-save]").disabled = this.history.isSaved;
    this.onUpdate?.();
  }

  #follow() {
    this.panel?.update();
  }

  reset(names) {
    this.history.commit(this.operations.without(this.history.steps, names));
  }

  // What an operation would do by itself.
  async suggest(operation, press) {
    press.setAttribute("aria-busy", "true");
    try {
      const [found] = await this.suggestions.suggestion(operation.name);
      if (!found) {
        toast(gettext("{operation}: there is nothing to do on this photo.", { operation: operation.label }));
        return;
      }
      const { op, version: _version, reason: _reason, ...values } = found;
      this.session.set(op, op === "rotate" ? { quarters: (values.quarters ?? 0) % 4 } : values);
    } catch (error) {
      this.say(error);
    } finally {
      press.removeAttribute("aria-busy");
    }
  }

  noteOf(group) {
    const note = this.root.querySelector(`template[data-note="${group}"]`);
    return note ? note.content.cloneNode(true) : null;
  }

  say(error) {
    if (error.message) toast(error.message);
  }

  // --- what is said over the photo

  #busy(state) {
    const line = $("[data-busy]");
    line.hidden = !state;
    if (!state) return;
    const failed = Boolean(state.error);
    line.classList.toggle("is-failed", failed);
    $("[data-busy-spinner]").hidden = failed;
    $("[data-busy-cancel]").hidden = failed;
    const retry = $("[data-busy-retry]");
    retry.hidden = !failed;
    retry.onclick = state.retry ?? null;
    const bar = $("[data-busy-bar]");
    bar.hidden = failed || !state.progress;
    bar.value = state.progress ?? 0;
    $("[data-busy-text]").textContent = failed ? state.error.message : gettext("Working on it …");
  }

  #viewed(scale) {
    $("[data-zoom-text]").textContent = `${Math.round(scale * 100)} %`;
    if (this.session) this.#sharpen();
  }

  #sharpen() {
    clearTimeout(this.sharpening);
    this.sharpening = setTimeout(() => this.session.invalidate(), 180);
  }

  #drawn(how) {
    this.root.dataset.drawn = how.isPassing ? "passing" : how.exact ? "exact" : "waiting";
    this.root.dataset.ms = String(Math.round(how.taken));
    this.compare.refresh?.();
  }
}
