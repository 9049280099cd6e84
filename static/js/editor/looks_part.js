// Looks as small pictures of the photo itself.
import { make } from "./dom.js";
import { render } from "./pixels.js";
import { keyOf } from "./recipe.js";
import { ABOVE } from "./thumbnails.js";
import { warp } from "./warp.js";
import { SAME } from "./placing.js";

const SIDE = 132;

export function looks(editor, operation, parameter, on) {
  let drawn = "";
  const buttons = parameter.options.map(({ value, label }) => {
    const canvas = make("canvas", { class: "look-picture", width: SIDE, height: SIDE });
    const press = make("button", { type: "button", class: "look-choice", "aria-pressed": "false", "data-look": value, onclick: () => { on.input(value); on.change(); } }, canvas, make("span", {}, label));
    return { value, canvas, press };
  });
  const element = make("div", { class: "look-grid", role: "group", "aria-label": parameter.label, "data-parameter": parameter.name }, ...buttons.map(({ press }) => press));

  function draw() {
    const before = editor.session.operations.active(editor.session.history.steps).filter(({ op }) => editor.operations.get(op)?.group !== "look");
    const key = keyOf(before);
    if (key === drawn || !element.isConnected) return;
    const pixels = editor.session.before(operation.name, 2 * SIDE, "looks");
    if (!pixels) return;
    drawn = key;
    const side = Math.min(pixels.width, pixels.height);
    const scale = SIDE / side;
    const source = document.createElement("canvas");
    Object.assign(source, { width: pixels.width, height: pixels.height });
    source.getContext("2d").putImageData(pixels, 0, 0);
    const matrix = [scale, 0, ((side - pixels.width) / 2) * scale, 0, scale, (side - pixels.height) * ABOVE * scale, 0, 0, 1];
    const small = warp(source, matrix ?? SAME, SIDE, SIDE);
    for (const { value, canvas } of buttons) {
      canvas.getContext("2d").putImageData(value ? render(small, [{ op: operation.name, [parameter.name]: value }]) : small, 0, 0);
    }
  }
  let timer = 0;
  return {
    element,
    set(value) {
      for (const one of buttons) one.press.setAttribute("aria-pressed", String(one.value === value));
      clearTimeout(timer);
      timer = setTimeout(draw, drawn ? 300 : 20);
    },
    refresh: draw,
  };
}
