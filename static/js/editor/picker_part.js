// White balance from a color on the photo that should be gray.
import { gettext } from "../words.js";
import { button, make } from "./dom.js";
import { balanceFromPixel } from "./pixels.js";

const SIDE = 640;
const AROUND = 2;
const clamp = (share) => Math.max(0, Math.min(1, share));

export function picker(editor, operation) {
  let tool = null;
  const press = button(gettext("Pick a gray"), { name: "pipette", shape: "editor-mini", "aria-pressed": "false", onclick: () => (tool ? leave() : enter()) });
  const hint = make("p", { class: "quiet small", hidden: true }, gettext("Point at something on the photo that should be gray or white."));
  // Seen at once under the finger, which may look for a better place before it lets go.
  function enter() {
    let before = null;
    const pick = ({ x, y }) => {
      const values = at(editor.session.before(operation.name, SIDE), clamp(x), clamp(y));
      if (values) editor.session.input(operation.name, values);
    };
    tool = {
      down: (place) => {
        if (place.x < 0 || place.y < 0 || place.x > 1 || place.y > 1) return false;
        before = editor.session.values(operation.name);
        pick(place);
        return true;
      },
      move: pick,
      up: () => { editor.session.commit(); leave(); },
      cancel: () => { editor.session.input(operation.name, before); editor.session.commit(); },
      close: () => leave(),
      escape: () => leave(),
    };
    editor.take(tool);
    editor.stage.overlay.classList.add("is-picking");
    press.setAttribute("aria-pressed", "true");
    hint.hidden = false;
  }
  function leave() {
    if (!tool) return;
    const mine = tool;
    tool = null;
    editor.drop(mine);
    editor.stage.overlay.classList.remove("is-picking");
    press.setAttribute("aria-pressed", "false");
    hint.hidden = true;
  }
  return { element: make("div", { class: "stack-s" }, press, hint), leave };
}

// The mean of a few pixels around a place.
function at(pixels, x, y) {
  if (!pixels) return null;
  const { data, width, height } = pixels;
  const [left, top] = [Math.floor(x * width), Math.floor(y * height)];
  const sums = [0, 0, 0];
  let count = 0;
  for (let row = Math.max(0, top - AROUND); row <= Math.min(height - 1, top + AROUND); row++) {
    for (let column = Math.max(0, left - AROUND); column <= Math.min(width - 1, left + AROUND); column++) {
      for (let channel = 0; channel < 3; channel++) sums[channel] += data[(row * width + column) * 4 + channel];
      count++;
    }
  }
  return count ? balanceFromPixel(...sums.map((sum) => sum / count)) : null;
}
