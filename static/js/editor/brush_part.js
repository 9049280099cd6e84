// A brush: painting on the photo is on while its section is open.
import { gettext } from "../words.js";
import { button, make } from "./dom.js";
import { BrushTool } from "./spots.js";

export function brush(editor, operation, parameter, on) {
  let strokes = [];
  let tool = null;
  let isOpen = false;
  const range = make("input", { type: "range", class: "slider", min: 0.003, max: 0.12, step: 0.001, value: operation.group === "repair" ? 0.012 : 0.03, "aria-label": gettext("Size of the brush") });
  const sized = () => {
    range.style.setProperty("--from", "0");
    range.style.setProperty("--to", String((range.value - range.min) / (range.max - range.min)));
    if (tool) tool.radius = Number(range.value);
  };
  range.addEventListener("input", () => {
    sized();
    tool?.showSize();
  });
  const ways = [[true, operation.group === "repair" ? gettext("Paint") : gettext("Add")], [false, gettext("Take away")]].map(([adds, label]) =>
    button(label, { shape: "chip-choice chip-button", "aria-pressed": String(adds), onclick: () => choose(adds) }));
  let adds = true;
  function choose(value) {
    adds = value;
    ways.forEach((one, n) => one.setAttribute("aria-pressed", String((n === 0) === adds)));
    if (tool) tool.adds = adds;
  }
  const put = (value) => {
    on.input(value);
    on.change();
  };
  const last = button(gettext("Undo the last stroke"), { shape: "editor-mini", name: "undo", onclick: () => put(strokes.slice(0, -1)) });
  const element = make("div", { class: "brush-part stack-s", "data-parameter": parameter.name },
    make("p", { class: "quiet small" }, operation.group === "repair" ? gettext("Paint over what is to go.") : gettext("Paint on the photo to correct the edge.")),
    make("div", { class: "choice-chips" }, ...ways),
    make("label", { class: "slider-row" }, make("span", { class: "slider-label" }, gettext("Size of the brush")), make("span"), range), last);
  sized();

  function enter() {
    if (tool || element.hidden || element.inert) return;
    tool = new BrushTool(editor.stage, { frame: () => editor.session.frameOf(operation.name) }, { input: on.input, change: on.change });
    tool.adds = adds;
    sized();
    editor.take(tool);
    tool.open(strokes);
  }
  function leave() {
    editor.drop(tool);
    tool = null;
  }
  return {
    element,
    enter: () => { isOpen = true; enter(); },
    leave: () => { isOpen = false; leave(); },
    set(value) {
      strokes = value;
      last.hidden = !strokes.length;
      tool?.set(strokes);
      queueMicrotask(() => (isOpen && !element.hidden && !element.inert ? enter() : leave()));
    },
  };
}
