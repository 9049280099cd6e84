// Choosing photos in a grid: tick, Shift for a range, long press on touch, a whole day, and what is done with them.
import { api } from "./api.js";
import { toast } from "./toasts.js";

const LONG_PRESS_MS = 450;
const MOVED_PX = 10;

const ticksOf = (root) => [...root.querySelectorAll(".tile-tick input")];
let last = null;
let press = null;
let ignoresClick = false;

function draw(grid) {
  const chosen = grid.querySelectorAll(".tile-tick :checked").length;
  grid.classList.toggle("is-selecting", chosen > 0);
  document.body.classList.toggle("has-selection", chosen > 0);
  grid.querySelector("[data-selection-count]").textContent = chosen.toLocaleString();
  for (const day of grid.querySelectorAll(".day")) {
    const button = day.querySelector("[data-select-day]");
    button.hidden = false;
    button.setAttribute("aria-pressed", String(ticksOf(day).every((tick) => tick.checked)));
  }
}

function choose(grid, tick, isChecked, isRange) {
  const ticks = ticksOf(grid);
  const [from, to] = [isRange && last?.isConnected ? ticks.indexOf(last) : ticks.indexOf(tick), ticks.indexOf(tick)];
  for (let at = Math.min(from, to); at <= Math.max(from, to); at += 1) ticks[at].checked = isChecked;
  last = tick;
  draw(grid);
}

function clear(grid) {
  for (const tick of ticksOf(grid)) tick.checked = false;
  draw(grid);
}

function onClick(event) {
  const grid = event.target.closest("[data-grid]");
  if (!grid) return;
  const tile = event.target.closest(".tile");
  if (tile && ignoresClick) {
    event.preventDefault(); // the finger that pressed long is lifted
    event.stopImmediatePropagation();
  } else if (event.target.closest("[data-selection-clear]")) {
    event.preventDefault();
    clear(grid);
  } else if (event.target.closest("[data-select-day]")) {
    const ticks = ticksOf(event.target.closest(".day"));
    const isChecked = !ticks.every((tick) => tick.checked);
    for (const tick of ticks) tick.checked = isChecked;
    draw(grid);
  } else if (tile && event.target.matches("input")) {
    choose(grid, event.target, event.target.checked, event.shiftKey);
  } else if (tile && event.target.closest(".tile-link")) {
    if (!grid.classList.contains("is-selecting")) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the viewer stays closed
    const tick = tile.querySelector(".tile-tick input");
    choose(grid, tick, event.shiftKey ? true : !tick.checked, event.shiftKey);
  }
  ignoresClick = false;
}

function onPress(event) {
  ignoresClick = false;
  const tile = event.target.closest("[data-grid] .tile");
  if (!tile || event.pointerType === "mouse") return;
  const timer = setTimeout(() => {
    const tick = tile.querySelector(".tile-tick input");
    ignoresClick = true;
    navigator.vibrate?.(10);
    const isSelecting = tile.closest("[data-grid]").classList.contains("is-selecting");
    choose(tile.closest("[data-grid]"), tick, true, isSelecting);
  }, LONG_PRESS_MS);
  press = { timer, x: event.clientX, y: event.clientY };
}

function onMove(event) {
  if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > MOVED_PX) onRelease();
}

function onRelease() {
  clearTimeout(press?.timer);
  press = null;
}

// Puts tiles back where they were taken from.
function remember(tiles) {
  const places = tiles.map((tile) => ({ tile, parent: tile.parentNode, next: tile.nextSibling }));
  return () => {
    for (const { tile, parent, next } of places.reverse()) parent.insertBefore(tile, next?.parentNode === parent ? next : null);
  };
}

async function trash(grid) {
  const { roomApi } = document.body.dataset;
  const tiles = ticksOf(grid).filter((tick) => tick.checked).map((tick) => tick.closest(".tile"));
  const photos = tiles.map((tile) => Number(tile.dataset.photo));
  try {
    await api("POST", `${roomApi}photos/trash/`, { photos });
  } catch (error) {
    toast(error.message);
    return;
  }
  const putBack = remember(tiles);
  clear(grid);
  for (const tile of tiles) tile.remove();
  hideEmptyDays(grid);
  toast(photos.length === 1 ? "1 photo moved to the trash." : `${photos.length} photos moved to the trash.`, {
    action: "Undo",
    onAction: async () => {
      try {
        await api("POST", `${roomApi}photos/restore/`, { photos });
        putBack();
        hideEmptyDays(grid);
      } catch (error) {
        toast(error.message);
      }
    },
  });
}

export function hideEmptyDays(grid) {
  for (const day of grid.querySelectorAll(".day")) day.hidden = !day.querySelector(".tile");
}

export function startSelection() {
  document.addEventListener("click", onClick);
  document.addEventListener("pointerdown", onPress);
  document.addEventListener("pointermove", onMove);
  for (const event of ["pointerup", "pointercancel", "scroll"]) document.addEventListener(event, onRelease, { passive: true, capture: true });
  document.addEventListener("contextmenu", (event) => {
    if (ignoresClick && event.target.closest(".tile")) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    const grid = event.target.closest("[data-grid]");
    if (!grid) return;
    if (event.submitter?.matches("[data-selection-trash]")) {
      event.preventDefault();
      trash(grid);
    } else if (event.submitter?.matches("[data-selection-download]")) {
      const count = grid.querySelectorAll(".tile-tick :checked").length;
      toast(`Your download of ${count === 1 ? "1 photo" : `${count} photos`} begins.`);
    }
  });
  document.addEventListener("keydown", (event) => {
    const grid = document.querySelector("[data-grid].is-selecting");
    if (!grid || document.querySelector(".viewer-overlay, dialog[open]") || event.target.matches("input[type=text]")) return;
    if (event.key === "Escape") clear(grid);
    if (event.key === "Delete") trash(grid);
  });
  for (const grid of document.querySelectorAll("[data-grid]")) draw(grid);
}

export function redrawSelection() {
  for (const grid of document.querySelectorAll("[data-grid]")) draw(grid);
}
