// Where on the photo the thing is that a tag names: pointing at the tag outlines it, the tag's button keeps the outlines there.
import { frameOf } from "./faces.js";

const wordOf = (target) => target.closest?.("[data-viewer] [data-boxes]");
const viewerOf = (element) => element.closest("[data-viewer]");
const keptWord = (viewer) => viewer.querySelector("[data-word-where][aria-pressed=true]")?.closest("[data-boxes]");

// Lies over the photo and moves with it; made when it is needed first.
function layerOf(viewer) {
  const slide = viewer.querySelector("[data-stage-slide]");
  let layer = slide.querySelector("[data-stage-things]");
  if (!layer) {
    layer = Object.assign(document.createElement("div"), { className: "stage-faces" });
    layer.dataset.stageThings = "";
    slide.append(layer);
    new ResizeObserver(() => place(viewer, layer)).observe(viewer.querySelector("[data-stage]"));
  }
  return layer;
}

function place(viewer, layer) {
  const { scale, left, top } = frameOf(viewer);
  for (const outline of layer.children) {
    const [x, y, width, height] = outline.dataset.box.split(" ").map(Number);
    outline.style.left = `${left + x * scale}px`;
    outline.style.top = `${top + y * scale}px`;
    outline.style.width = `${width * scale}px`;
    outline.style.height = `${height * scale}px`;
  }
}

function outlineOf(box) {
  const outline = Object.assign(document.createElement("div"), { className: "thing-box" });
  outline.dataset.box = box;
  return outline;
}

// Outlines what this tag names, or else what is kept.
function show(viewer, word) {
  const shown = word ?? keptWord(viewer);
  const layer = layerOf(viewer);
  layer.replaceChildren(...(shown ? shown.dataset.boxes.split(", ").map(outlineOf) : []));
  place(viewer, layer);
}

function keep(viewer, button) {
  const isWanted = button.getAttribute("aria-pressed") !== "true";
  for (const other of viewer.querySelectorAll("[data-word-where]")) other.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-pressed", String(isWanted));
  show(viewer, isWanted ? button.closest("[data-boxes]") : null);
}

export function startTagBoxes() {
  for (const name of ["pointerover", "focusin"]) {
    document.addEventListener(name, ({ target }) => {
      const word = wordOf(target);
      if (word) show(viewerOf(word), word);
    });
  }
  for (const name of ["pointerout", "focusout"]) {
    document.addEventListener(name, ({ target, relatedTarget }) => {
      const word = wordOf(target);
      if (word && !word.contains(relatedTarget)) show(viewerOf(word));
    });
  }
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-viewer] [data-word-where]");
    if (button) keep(viewerOf(button), button);
  });
}
