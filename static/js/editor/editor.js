// The editor's page: tools, the photo, the panel of the open tool. What can be done comes from the site's list of operations.
import { gettext } from "../words.js";
import { toast } from "../toasts.js";
import { $, icon, make } from "./dom.js";
import { EnhancePanel } from "./enhance_panel.js";
import { GeometryPanel } from "./geometry_panel.js";
import { GroupPanel } from "./group_panel.js";
import { drawHistogram } from "./histogram_view.js";
import { History } from "./history.js";
import { Presets } from "./presets.js";
import { clean, Operations } from "./recipe.js";
import { Session } from "./session.js";
import { Stage } from "./stage.js";
import { Thumbnails } from "./thumbnails.js";
import { Wishes } from "./wishes.js";

const ORDER = ["geometry", "light", "color", "look", "repair", "background", "style", "finish"];
const ICONS = { geometry: "crop", light: "sun", color: "palette", look: "look", repair: "spot", background: "cutout", style: "style", finish: "text" };

const BEFORE_CORNERS = new Set(["rotate", "mirror", "straighten"]);

export class Editor {
  #panels = new Map();
  #open = "";
  #tools = [];
  #side = 0; // of the photo on the screen
  #asked = Promise.resolve();
  #told = null;
  #listeners = new Set();

  constructor(root, operations, data) {
    this.root = root;
    this.operations = new Operations(operations);
    this.photosUrl = root.dataset.photos;
    const page = Math.random().toString(36).slice(2, 9);
    this.suggestions = new Wishes(`${root.dataset.edit}preview/`, `${page}s`);
    this.stage = new Stage($("[data-stage]"), { view: (scale) => this.#viewed(scale), press: () => this.compare.hold(), release: () => this.compare.release() });
    this.compare = { hold() {}, release() {} };
    this.thumbnails = new Thumbnails(new Wishes(`${root.dataset.edit}preview/`, `${page}t`), root.dataset.photoId, () => !this.session.asking);
    addEventListener("pagehide", () => this.thumbnails.leave());
    const history = new History(clean(data.recipe.steps));
    this.session = new Session({
      data, history, operations: this.operations, stage: this.stage, seed: Number(root.dataset.photoId),
      wishes: new Wishes(`${root.dataset.edit}preview/`, `${page}p`),
      on: { busy: (state) => this.#busy(state), asking: () => this.thumbnails.pause(), histogram: (bins) => this.#showHistogram(bins), drawn: (how) => this.#drawn(how) },
    });
    history.onChange(({ isPassing }) => isPassing || this.update());
    history.onChange(({ isPassing }) => isPassing && this.#follow());
    this.presets = new Presets(this);
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

  // Whether there is no room for a panel beside the photo, as in css/editor.css.
  get isNarrow() {
    return !matchMedia("(width >= 60rem), (width >= 40rem) and (height < 30rem)").matches;
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
    this.root.dataset.open = name;
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

  // What an operation would do by itself. Whoever asks for several gets them one after the other.
  async suggest(operation, press) {
    if (press.getAttribute("aria-busy") === "true") return;
    press.setAttribute("aria-busy", "true");
    try {
      const [found] = await this.suggested(operation.name);
      if (!found) {
        this.#tell(gettext("{operation}: there is nothing to do on this photo.", { operation: operation.label }));
        return;
      }
      const { op, version: _version, reason: _reason, ...values } = found;
      if (op === "rotate") this.turn((values.quarters ?? 0) - this.session.values(op).quarters);
      else this.session.set(op, this.#asSeen(op, values));
    } catch (error) {
      this.say(error);
    } finally {
      press.removeAttribute("aria-busy");
    }
  }

  suggested(name) {
    const asked = this.#asked.then(() => this.suggestions.suggestion(name));
    this.#asked = asked.catch(() => undefined);
    return asked;
  }

  // A worker looks at the photo as it was taken; here it may be turned and mirrored by now.
  #asSeen(op, values) {
    if (op === "straighten") {
      const { across, down } = this.session.values("mirror");
      return across === down ? values : { ...values, angle: -values.angle };
    }
    const isMoved = this.operations.active(this.history.steps).some((step) => BEFORE_CORNERS.has(step.op));
    if (op !== "perspective" || !values.corners?.length || !isMoved) return values;
    const [original, own] = [this.session.originalFrame, this.session.frameOf(op)];
    return { ...values, corners: fromTopLeft(values.corners.map((corner) => own.back(original.there(corner)))) };
  }

  noteOf(group) {
    const note = this.root.querySelector(`template[data-note="${group}"]`);
    return note ? note.content.cloneNode(true) : null;
  }

  say(error) {
    if (error.message) this.#tell(error.message);
  }

  // Of one tool after the other: the last word counts.
  #tell(sentence) {
    this.#told?.remove();
    this.#told = toast(sentence);
  }

  // --- what is said over the photo

  #busy(state) {
    const line = $("[data-busy]");
    line.hidden = !state;
    if (!state) return;
    const failed = Boolean(state.error);
    line.classList.toggle("is-failed", failed);
    $("[data-busy-spinner]").hidden = failed;
    $("[data-busy-cancel]").textContent = failed ? gettext("Close") : gettext("Cancel");
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

  // Where the photo has another size on the screen by now. To draw it ends here, too: without a change that would never end.
  #sharpen() {
    const side = this.stage.shownSide;
    if (side === this.#side) return;
    this.#side = side;
    clearTimeout(this.sharpening);
    this.sharpening = setTimeout(() => this.session.invalidate(), 180);
  }

  #drawn(how) {
    this.root.dataset.drawn = how.isPassing ? "passing" : how.exact ? "exact" : "waiting";
    this.root.dataset.ms = String(Math.round(how.taken));
    this.compare.refresh?.();
  }
}

// Four corners clockwise, the one at the top left first.
function fromTopLeft(corners) {
  const [x, y] = [0, 1].map((axis) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length);
  const around = corners.toSorted((a, b) => Math.atan2(a[1] - y, a[0] - x) - Math.atan2(b[1] - y, b[0] - x));
  const first = around.reduce((best, corner, n) => (corner[0] + corner[1] < around[best][0] + around[best][1] ? n : best), 0);
  return [...around.slice(first), ...around.slice(0, first)].map((corner) => corner.map((one) => Math.min(1, Math.max(0, Math.round(one * 1e5) / 1e5))));
}
