// Places on the photo: where a text stands, eyes that are red. (The corners of a perspective are in geometry_panel.js.)
import { gettext } from "../words.js";
import { button, make } from "./dom.js";
import { PointsTool } from "./spots.js";

export function places(editor, operation, parameter, on) {
  let points = [];
  let tool = null;
  let isOpen = false;
  const put = (value) => {
    on.input(value);
    on.change();
  };
  const clear = button(gettext("Take all away"), { shape: "editor-mini", name: "close", onclick: () => put([]) });
  const said = parameter.most === 1 ? gettext("Drag it on the photo to where it should be.") : gettext("Point at them on the photo.");
  const element = make("div", { class: "stack-s", "data-parameter": parameter.name }, make("p", { class: "quiet small" }, said), clear);
  function enter() {
    if (tool || element.hidden) return;
    tool = new PointsTool(editor.stage, { most: parameter.most, names: parameter.most === 1 ? [parameter.label] : [], frame: () => editor.session.frameOf(operation.name) }, { input: on.input, change: on.change });
    editor.take(tool);
    tool.open(points);
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
      points = value;
      clear.hidden = parameter.most === 1 || !points.length;
      tool?.set(points);
      queueMicrotask(() => (isOpen && !element.hidden ? enter() : leave()));
    },
  };
}
