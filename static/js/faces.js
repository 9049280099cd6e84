// Boxes and names over the photo, on demand; a click on one opens what can be said about that face.

import { gettext } from "./words.js";

const SMALL_PX = 72; // no room for a question below; a name is shown in any case

let isShown = sessionStorage.getItem("photoroom-faces") === "1";

// Where the picture lies inside the stage, which it fills without being cut.
export function frameOf(viewer) {
  const stage = viewer.querySelector("[data-stage]");
  const [width, height] = [Number(viewer.dataset.width), Number(viewer.dataset.height)];
  const scale = Math.min(stage.clientWidth / width, stage.clientHeight / height);
  return { scale, left: (stage.clientWidth - width * scale) / 2, top: (stage.clientHeight - height * scale) / 2 };
}

function place(viewer) {
  const { scale, left, top } = frameOf(viewer);
  for (const box of viewer.querySelectorAll(".face-box")) {
    const [x, y, width, height] = box.dataset.box.split(" ").map(Number);
    box.style.left = `${left + x * scale}px`;
    box.style.top = `${top + y * scale}px`;
    box.style.width = `${width * scale}px`;
    box.style.height = `${height * scale}px`;
    box.classList.toggle("is-small", width * scale < SMALL_PX);
  }
}

function closeCard(viewer) {
  const card = viewer.querySelector(".face-card:not([data-draw-card])");
  if (!card) return false;
  const row = card.querySelector(".face-row");
  viewer.querySelector("[data-face-place]")?.replaceWith(row);
  card.remove();
  for (const box of viewer.querySelectorAll(".face-box")) box.setAttribute("aria-expanded", "false");
  return true;
}

// The face's own row from the panel, shown beside its box.
function openCard(viewer, box) {
  closeCard(viewer);
  const row = viewer.querySelector(`.face-row[data-face="${box.dataset.face}"]`);
  const placeholder = document.createElement("li");
  placeholder.dataset.facePlace = "";
  row.replaceWith(placeholder);
  const card = document.createElement("div");
  card.className = "face-card";
  card.append(row);
  viewer.append(card);
  box.setAttribute("aria-expanded", "true");
  if (matchMedia("(width >= 48rem)").matches) {
    const at = box.getBoundingClientRect();
    const size = card.getBoundingClientRect();
    const isBelow = at.bottom + 40 + size.height < innerHeight;
    card.style.left = `${Math.max(12, Math.min(at.left + at.width / 2 - size.width / 2, innerWidth - size.width - 12))}px`;
    card.style.top = `${isBelow ? at.bottom + 34 : Math.max(12, at.top - size.height - 12)}px`;
  }
  (card.querySelector("[data-names]") ?? card.querySelector("a, summary"))?.focus();
}

function boxOf(row) {
  const box = document.createElement("button");
  Object.assign(box, { type: "button", className: "face-box" });
  Object.assign(box.dataset, { box: row.dataset.box, face: row.dataset.face });
  box.setAttribute("aria-expanded", "false");
  const name = document.createElement("span");
  name.className = "face-box-name";
  name.textContent = row.dataset.name || gettext("Who is this?");
  name.classList.toggle("is-question", !row.dataset.name);
  box.append(name);
  return box;
}

function draw(viewer) {
  const layer = viewer.querySelector("[data-stage-faces]");
  layer.hidden = !isShown;
  viewer.querySelector("[data-viewer-faces]")?.setAttribute("aria-pressed", String(isShown));
  const drawer = viewer.querySelector("[data-draw-start]");
  if (drawer) drawer.hidden = !isShown;
  if (!isShown) closeCard(viewer);
  if (isShown && !layer.childElementCount) layer.append(...[...viewer.querySelectorAll(".face-row:not([data-box=''])")].map(boxOf));
  place(viewer);
}

export function toggleFaces(viewer, isWanted = !isShown) {
  isShown = isWanted;
  sessionStorage.setItem("photoroom-faces", isShown ? "1" : "0");
  draw(viewer);
}

// A viewer has come onto the page.
export function prepareFaces(viewer) {
  const button = viewer.querySelector("[data-viewer-faces]");
  if (!button || !Number(viewer.dataset.width)) return;
  button.hidden = false;
  for (const words of viewer.querySelectorAll("[data-needs-scripts]")) words.hidden = false;
  draw(viewer);
  new ResizeObserver(() => place(viewer)).observe(viewer.querySelector("[data-stage]"));
}

export { closeCard as closeFaceCard };

// A menu near the lower edge opens upwards.
function turnMenu({ target: menu }) {
  if (!menu.open || !menu.matches(".face-card [data-menu]")) return;
  const list = menu.querySelector(".menu-list");
  list.classList.remove("is-up");
  list.classList.toggle("is-up", list.getBoundingClientRect().bottom > innerHeight);
}

let isStarted = false;

export function startFaces() {
  if (isStarted) return;
  isStarted = true;
  document.addEventListener("toggle", turnMenu, true);
  document.addEventListener("click", (event) => {
    const viewer = event.target.closest("[data-viewer]");
    if (!viewer) return;
    const box = event.target.closest(".face-box");
    if (event.target.closest("[data-viewer-faces]")) toggleFaces(viewer);
    else if (box) openCard(viewer, box);
    else if (!event.target.closest(".face-card")) closeCard(viewer);
  });
}
