// Crop and turn: turns, ratios, the angle, perspective. The photo is seen whole, with the frame of what is kept on it.
import { gettext } from "../words.js";
import { control } from "./controls.js";
import { CropTool, WHOLE } from "./crop.js";
import { button, iconButton, make } from "./dom.js";
import { isUpright } from "./placing.js";
import { Section } from "./sections.js";
import { PointsTool } from "./spots.js";
import { flip, turn } from "./turning.js";

const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];
const DRAWN_HERE = ["rotate", "mirror", "straighten", "perspective", "crop"];
const FINE_MS = 700;
const SAME_RATIO = 0.03;

export class GeometryPanel {
  #editor;
  #sections;
  #crop;
  #corners = null;
  #fine = 0;
  #ratio = "free";

  constructor(editor) {
    this.#editor = editor;
    const { operations, session } = editor;
    const has = (name) => operations.get(name);
    this.#crop = new CropTool(editor.stage, { input: (values) => session.input("crop", values), change: (as) => session.commit(as) });
    this.element = make("div", { class: "editor-panel-body" });
    if (has("rotate")) this.element.append(this.#turns());
    if (has("crop")) this.element.append(this.#ratios());
    if (has("straighten")) this.element.append(this.#straighten(has("straighten")));
    if (has("perspective")) this.element.append(this.#perspective(has("perspective")));
    const others = operations.of("geometry").filter(({ name }) => !DRAWN_HERE.includes(name));
    this.#sections = others.map((operation) => new Section(editor, operation));
    this.element.append(...this.#sections.map(({ element }) => element));
  }

  #turns() {
    const { session, operations } = this.#editor;
    const all = (change) => () => session.history.commit(change(operations, session.history.steps));
    const row = make("div", { class: "editor-turns" },
      iconButton(gettext("Turn to the left"), "rotate-ccw", { "data-turn": "left", onclick: () => this.turn(-1) }),
      iconButton(gettext("Turn to the right"), "rotate-cw", { "data-turn": "right", onclick: () => this.turn(1) }));
    if (operations.get("mirror")) {
      row.append(iconButton(gettext("Swap left and right"), "mirror", { class: "editor-icon is-turned", "data-flip": "across", onclick: all((...given) => flip(...given, "across")) }),
        iconButton(gettext("Swap top and bottom"), "mirror", { "data-flip": "down", onclick: all((...given) => flip(...given, "down")) }));
    }
    if (operations.get("rotate").can_suggest) {
      row.append(button(gettext("Auto"), { name: "auto", shape: "editor-mini", "data-auto": "rotate", title: gettext("Turn it upright"), onclick: (event) => this.#editor.suggest(operations.get("rotate"), event.currentTarget) }));
    }
    return row;
  }

  turn(quarters) {
    const { session, operations } = this.#editor;
    session.history.commit(turn(operations, session.history.steps, quarters));
  }

  #ratios() {
    const names = [["free", gettext("Free")], ["original", gettext("Original")], ["1:1"], ["4:3"], ["3:2"], ["16:9"], ["9:16"], ["5:4"], ["4:5"], ["3:4"], ["2:3"]];
    this.ratios = names.map(([name, label = name.replace(":", " : ")]) =>
      button(label, { shape: "chip-choice chip-button", "data-ratio": name, dir: name.includes(":") ? "ltr" : null, "aria-pressed": String(name === "free"), onclick: () => this.#shape(name) }));
    const reset = button(gettext("Whole photo"), { name: "fullscreen", shape: "editor-mini", "data-whole": true, onclick: () => { this.#shape("free"); this.#editor.session.set("crop", WHOLE); } });
    return make("section", { class: "editor-op is-flat" }, make("div", { class: "editor-op-head" }, make("h3", {}, gettext("Crop")), make("div", { class: "editor-op-tools" }, reset)), make("div", { class: "choice-chips ratio-chips" }, ...this.ratios));
  }

  #shape(name) {
    this.#choose(name);
    this.#leaveCorners();
    const { size } = this.#editor.session.frameOf("crop");
    this.#crop.shape(widthByHeight(name, size), size);
  }

  #choose(name) {
    this.#ratio = name;
    for (const one of this.ratios) one.setAttribute("aria-pressed", String(one.dataset.ratio === name));
  }

  // The photo was turned, or something undone: 16 : 9 is 9 : 16 then, or none that is kept any more.
  #followRatio({ left, top, right, bottom }) {
    if (this.#ratio === "free") return;
    const { size } = this.#editor.session.frameOf("crop");
    const now = ((right - left) * size.width) / ((bottom - top) * size.height);
    const ways = [this.#ratio, this.#ratio.split(":").reverse().join(":")];
    const name = ways.find((one) => Math.abs(Math.log(now / widthByHeight(one, size))) < SAME_RATIO) ?? "free";
    if (name !== this.#ratio) this.#choose(name);
    this.#crop.keep(widthByHeight(name, size), size);
  }

  #straighten(operation) {
    const { session } = this.#editor;
    const [parameter] = operation.parameters;
    const angle = control(parameter, {
      input: (value) => { this.#showFine(); session.input("straighten", { [parameter.name]: value }); },
      change: (isKeyed) => session.commit(isKeyed ? "straighten" : ""),
    });
    angle.element.classList.add("is-dial");
    this.angle = angle;
    const auto = operation.can_suggest ? button(gettext("Auto"), { name: "auto", shape: "editor-mini", "data-auto": "straighten", onclick: (event) => this.#editor.suggest(operation, event.currentTarget) }) : null;
    return make("section", { class: "editor-op is-flat" }, make("div", { class: "editor-op-head" }, make("h3", {}, operation.label), make("div", { class: "editor-op-tools" }, auto)), make("div", { class: "editor-dial", dir: "ltr" }, angle.element));
  }

  // A fine grid while the photo is turned by a few degrees.
  #showFine() {
    this.#crop.fine = true;
    clearTimeout(this.#fine);
    this.#fine = setTimeout(() => (this.#crop.fine = false), FINE_MS);
  }

  #perspective(operation) {
    const { session } = this.#editor;
    this.sliders = operation.parameters.filter(({ kind }) => kind === "number").map((parameter) => {
      const made = control(parameter, { input: (value) => { this.#leaveCorners(); session.input(operation.name, { [parameter.name]: value }); }, change: (isKeyed) => session.commit(isKeyed ? `${operation.name}.${parameter.name}` : "") });
      return { parameter, made };
    });
    this.place = button(gettext("Set four corners"), { name: "perspective", shape: "editor-mini", "aria-pressed": "false", "data-corners": true, onclick: () => (this.#corners ? this.#leaveCorners() : this.#enterCorners()) });
    this.hint = make("p", { class: "quiet small", hidden: true }, gettext("Drag the corners to those of the document, the painting or the house. Press the button again to see it upright."));
    const auto = operation.can_suggest ? button(gettext("Auto"), { name: "auto", shape: "editor-mini", "data-auto": "perspective", onclick: (event) => { this.#leaveCorners(); this.#editor.suggest(operation, event.currentTarget); } }) : null;
    this.resetPerspective = iconButton(gettext("Reset"), "rotate-ccw", { class: "editor-icon editor-reset", onclick: () => { this.#leaveCorners(); this.#editor.reset([operation.name]); } });
    this.resetPerspective.append(make("span", { class: "visually-hidden" }, ` ${operation.label}`));
    return make("section", { class: "editor-op is-flat" }, make("div", { class: "editor-op-head" }, make("h3", {}, operation.label), make("div", { class: "editor-op-tools" }, auto, this.resetPerspective)),
      make("div", { class: "editor-op-body" }, this.place, this.hint, ...this.sliders.map(({ made }) => made.element)));
  }

  #enterCorners() {
    const { session, stage } = this.#editor;
    session.hidden = new Set(["perspective", "crop", ...this.#finish]);
    session.draw();
    const values = session.values("perspective");
    const points = values.corners.length ? values.corners : CORNERS.map((corner) => corner.map((one) => 0.08 + 0.84 * one));
    this.#corners = new PointsTool(stage, {
      most: 4, isClosed: true, frame: () => session.frameOf("perspective"), keep: (corners) => this.#isUpright(corners),
      names: [gettext("Top left corner"), gettext("Top right corner"), gettext("Bottom right corner"), gettext("Bottom left corner")],
    }, { input: (corners) => session.input("perspective", { corners }), change: (isKeyed) => session.commit(isKeyed ? "corners" : "") });
    this.#crop.close();
    this.#corners.escape = () => this.#leaveCorners();
    this.#editor.take(this.#corners);
    this.#corners.open(points);
    this.#sayCorners(true);
    session.invalidate();
  }

  #isUpright(corners) {
    const { width, height } = this.#editor.session.frameOf("perspective").size;
    return isUpright(corners.map(([x, y]) => [x * width, y * height]));
  }

  #leaveCorners() {
    if (!this.#corners) return;
    const tool = this.#corners;
    this.#corners = null;
    this.#editor.drop(tool);
    this.#sayCorners(false);
    this.#enterCrop();
  }

  #sayCorners(isOn) {
    this.place?.setAttribute("aria-pressed", String(isOn));
    if (this.hint) this.hint.hidden = !isOn;
  }

  get #finish() {
    return this.#editor.operations.of("finish").map(({ name }) => name);
  }

  #enterCrop() {
    const { session } = this.#editor;
    session.hidden = new Set(["crop", ...this.#finish]);
    if (this.#editor.operations.get("crop")) {
      this.#editor.take(this.#crop);
      this.#crop.open(session.values("crop"));
    }
    session.invalidate();
  }

  enter() {
    this.#enterCrop();
  }

  leave() {
    if (this.#corners) {
      this.#editor.drop(this.#corners);
      this.#corners = null;
      this.#sayCorners(false);
    }
    this.#editor.drop(this.#crop);
    this.#crop.close();
    this.#editor.session.hidden = new Set();
    this.#editor.session.invalidate();
  }

  update() {
    const { session } = this.#editor;
    if (this.ratios) {
      this.#crop.set(session.values("crop"));
      this.#followRatio(session.values("crop"));
    }
    if (this.angle) this.angle.set(session.values("straighten").angle);
    const perspective = this.sliders ? session.values("perspective") : null;
    for (const { parameter, made } of this.sliders ?? []) made.set(perspective[parameter.name]);
    if (perspective) {
      this.resetPerspective.hidden = !this.#editor.operations.find(session.history.steps, "perspective");
      if (this.#corners && perspective.corners.length) this.#corners.set(perspective.corners);
    }
    for (const section of this.#sections) section.update();
  }
}

// Of what a ratio keeps of a frame; null: any.
function widthByHeight(name, size) {
  if (name === "free") return null;
  const [wide, high] = name === "original" ? [size.width, size.height] : name.split(":").map(Number);
  return wide / high;
}
