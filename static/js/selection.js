// Choosing photos in a grid: which ones, and what is done with them. They are kept as numbers: most are not in the page.
import { api } from "./api.js";
import { clickIsOver, startDragging } from "./grid/drag.js";
import { drawTabStop, startKeys } from "./grid/keys.js";
import { gridOf } from "./grid/grids.js";
import { toast } from "./toasts.js";
import { formatNumber, gettext, ngettext } from "./words.js";

const AT_ONCE = 5000; // as many as the API takes
const REST_MS = 150;
const states = new WeakMap(); // of each grid: { chosen, last, focused }

function stateOf(root) {
  if (!states.has(root)) states.set(root, { chosen: new Set(), last: null, focused: null });
  return states.get(root);
}

export const isChosen = (root, id) => stateOf(root).chosen.has(id);
export const chosenIn = (root) => stateOf(root).chosen;

// What follows from the choice: ticks, the bar, what the form sends.
function changed(root) {
  const { chosen } = stateOf(root);
  root.classList.toggle("is-selecting", chosen.size > 0);
  document.body.classList.toggle("has-selection", chosen.size > 0);
  root.querySelector("[data-selection-count]").textContent = formatNumber(chosen.size);
  let field = root.querySelector("[data-selection-photos]");
  if (!field) {
    field = Object.assign(document.createElement("input"), { type: "hidden", name: "photos" });
    field.dataset.selectionPhotos = "";
    root.append(field);
  }
  field.disabled = chosen.size === 0;
  field.value = [...chosen].join(",");
  const { ids } = gridOf(root);
  const button = root.querySelector("[data-select-all]");
  if (button) button.hidden = chosen.size >= ids.length;
  for (const tile of root.querySelectorAll(".tile")) {
    const tick = tile.parts?.tick ?? tile.querySelector(".tile-tick input");
    tick.removeAttribute("name"); // the field above says it all
    tick.checked = chosen.has(Number(tile.dataset.photo));
  }
  drawDays(root);
}

function drawDays(root) {
  const { chosen } = stateOf(root);
  const grid = gridOf(root);
  for (const [key, { tick }] of grid.shownDays) {
    if (!tick) continue;
    tick.hidden = false;
    tick.setAttribute("aria-pressed", String(chosen.size > 0 && grid.idsOfDay(key).every((id) => chosen.has(id))));
  }
}

// The grid has drawn other photos. The stop of the Tab key can wait until the scrolling has come to rest.
export function drawSelection(root) {
  const state = stateOf(root);
  if (state.chosen.size) drawDays(root);
  clearTimeout(state.stop);
  state.stop = setTimeout(() => drawTabStop(root, gridOf(root), state.focused), REST_MS);
}

function set(root, ids) {
  stateOf(root).chosen = ids;
  changed(root);
}

// From one photo of the grid to another, both of them.
function tick(root, from, to, isChecked) {
  const { chosen } = stateOf(root);
  const { ids } = gridOf(root);
  for (let at = Math.min(from, to); at <= Math.max(from, to); at += 1) {
    if (isChecked) chosen.add(ids[at]);
    else chosen.delete(ids[at]);
  }
}

// Where a range begins that Shift ends: at what was ticked last; -1 where there is no such photo.
function anchor(root, isRange) {
  const { last } = stateOf(root);
  return isRange && last !== null ? gridOf(root).ids.indexOf(last) : -1;
}

function choose(root, id, isChecked, isRange) {
  const to = gridOf(root).ids.indexOf(id);
  const from = anchor(root, isRange);
  tick(root, from < 0 ? to : from, to, isChecked);
  stateOf(root).last = id;
  changed(root);
}

// After the tick of a day a range begins at the day's last photo. With Shift the day itself is the end of a range.
function chooseDay(root, key, isRange) {
  const state = stateOf(root);
  const { ids } = gridOf(root);
  const day = gridOf(root).idsOfDay(key);
  const [first, last] = [ids.indexOf(day[0]), ids.indexOf(day.at(-1))];
  const from = anchor(root, isRange);
  const isWhole = from < 0 && day.every((id) => state.chosen.has(id));
  if (from < 0) tick(root, first, last, !isWhole);
  else tick(root, Math.min(from, first), Math.max(from, last), true);
  state.last = isWhole ? null : day.at(-1);
  changed(root);
}

const chooseAll = (root) => set(root, new Set(gridOf(root).ids));
export const clear = (root) => set(root, new Set());

function onClick(event) {
  const root = event.target.closest("[data-grid]");
  const isOver = clickIsOver(); // the end of a drag or of a long press
  if (!root) return;
  const tile = event.target.closest(".tile");
  if (isOver && event.detail) { // the bar may have come up under the finger; a key has no detail
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (event.target.closest("[data-selection-clear]")) {
    event.preventDefault();
    clear(root);
  } else if (event.target.closest("[data-select-all]")) chooseAll(root);
  else if (event.target.closest("[data-select-day]")) chooseDay(root, event.target.closest(".day").dataset.day ?? "", event.shiftKey);
  else if (tile && event.target.matches("input")) choose(root, Number(tile.dataset.photo), event.target.checked, event.shiftKey);
  else if (tile && event.target.closest(".tile-link") && (root.classList.contains("is-selecting") || event.shiftKey)) {
    event.preventDefault();
    event.stopImmediatePropagation(); // the viewer stays closed
    const id = Number(tile.dataset.photo);
    choose(root, id, event.shiftKey || !isChosen(root, id), event.shiftKey);
  }
}

async function inParts(url, photos) {
  for (let at = 0; at < photos.length; at += AT_ONCE) await api("POST", url, { photos: photos.slice(at, at + AT_ONCE) });
}

async function trash(root) {
  const { roomApi } = document.body.dataset;
  const photos = [...stateOf(root).chosen];
  const grid = gridOf(root);
  try {
    await inParts(`${roomApi}photos/trash/`, photos);
  } catch (error) {
    toast(error.message);
    return;
  }
  clear(root);
  grid.hide(photos);
  toast(ngettext("{count} photo moved to the trash.", "{count} photos moved to the trash.", photos.length), {
    action: gettext("Undo"),
    onAction: async () => {
      try {
        await inParts(`${roomApi}photos/restore/`, photos);
        grid.show(photos);
      } catch (error) {
        toast(error.message);
      }
    },
  });
}

function onSubmit(event) {
  const root = event.target.closest("[data-grid]");
  if (!root) return;
  if (event.submitter?.matches("[data-selection-trash]")) {
    event.preventDefault();
    trash(root);
  } else if (event.submitter?.matches("[data-selection-download]")) {
    toast(ngettext("Your download of {count} photo begins.", "Your download of {count} photos begins.", stateOf(root).chosen.size));
  }
}

function onKey(event) {
  const root = document.querySelector("[data-grid].is-selecting");
  if (!root || document.querySelector(".viewer-overlay, dialog[open], [data-menu][open]") || event.target.matches("input:not([type=checkbox]), textarea")) return;
  if (event.key === "Escape") clear(root);
  if (event.key === "Delete" && root.querySelector("[data-selection-trash]")) trash(root);
}

export function startSelection() {
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", (event) => {
    const tile = event.target.closest?.("[data-grid] .tile");
    if (tile) stateOf(tile.closest("[data-grid]")).focused = Number(tile.dataset.photo);
  });
  startDragging({ gridOf, set, choose, chosen: (root) => stateOf(root).chosen });
  startKeys({ gridOf, choose, isChosen, all: chooseAll });
  for (const root of document.querySelectorAll("[data-grid]")) redrawOne(root);
}

function redrawOne(root) {
  changed(root);
  drawTabStop(root, gridOf(root), stateOf(root).focused);
}

export function redrawSelection() {
  for (const root of document.querySelectorAll("[data-grid]")) redrawOne(root);
}

// Days without a photo disappear; grids that are laid out by script do it by themselves.
export function hideEmptyDays(root) {
  for (const day of root.querySelectorAll(".day")) day.hidden = !day.querySelector(".tile:not([hidden])");
}
