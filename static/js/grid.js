// Keeps the grid true without a reload: makes it as long as its list, puts new photos in their place, remembers where one was.
import { fetchPage } from "./api.js";
import { holdStill } from "./grid/drag.js";
import { gridOf, setGrid } from "./grid/grids.js";
import { focusTile } from "./grid/keys.js";
import { fetchOutline } from "./grid/outline.js";
import { VirtualGrid } from "./grid/virtual.js";
import { drawZoom, startZoom } from "./grid/zoom.js";
import { drawSelection, isChosen, redrawSelection } from "./selection.js";

const REFRESH_MS = 4000;
const FIRST_REFRESH_MS = 1000; // the first photo of an empty room
const PATIENCE = 15; // times as long as an outline took, until it is asked for again
let timer = null;
let tookMs = 0;
let refreshedAt = -Infinity;
let progress = null;

const rootNow = () => document.querySelector("[data-grid][data-outline]");
const gridNow = () => {
  const root = rootNow();
  const grid = root && gridOf(root);
  return grid?.isVirtual ? grid : null;
};

// Brings a photo of the grid onto the screen and gives it the focus, also one that is far away; false where it is not here.
export async function revealPhoto(id) {
  const root = rootNow() ?? document.querySelector("[data-grid]");
  return root ? focusTile(gridOf(root), Number(id)) : false;
}

// Takes photos out of the grid, as they lie in the trash now; showPhotos puts them back.
export function hidePhotos(ids) {
  for (const root of document.querySelectorAll("[data-grid]")) gridOf(root).hide(ids.map(Number));
}

export function showPhotos(ids) {
  for (const root of document.querySelectorAll("[data-grid]")) gridOf(root).show(ids.map(Number));
}

// What these photos show has changed, or what any photo shows: pictures at once, shapes when the whole list may be asked for.
export function refreshPhotos(ids) {
  if (!rootNow()) return;
  gridNow()?.refresh(ids?.map(Number));
  if (performance.now() - refreshedAt > shortestPause()) refresh();
  else refreshSoon();
}

// ---- where one was

function remember() {
  const anchor = gridNow()?.anchor();
  if (history.state?.isViewer) return;
  history.replaceState({ ...history.state, grid: anchor ?? null }, "");
}

const wasHere = () => {
  const { type } = performance.getEntriesByType("navigation")[0] ?? {};
  return type === "back_forward" || type === "reload" ? history.state?.grid : null;
};

// The day after the # of the address, or the first later one.
function goToDay(grid) {
  const day = /^#(\d{4}-\d\d-\d\d)$/.exec(location.hash)?.[1];
  const found = day && grid.outline.days.find((one) => one.key >= day);
  if (found) grid.reveal(grid.ids[found.start], { block: "start" });
  return Boolean(found);
}

// ---- making it

async function make(root) {
  holdStill(root);
  const begun = performance.now();
  const first = root.querySelector(".tile")?.dataset.photo;
  const isLater = Boolean(root.querySelector("[data-grid-before]"));
  const goal = wasHere() ?? (isLater && first ? { id: Number(first), y: 60 } : null);
  if (goal) history.scrollRestoration = "manual";
  let isThere = !goal && !/^#\d{4}-/.test(location.hash);
  const options = { isChosen: (id) => isChosen(root, id), onDraw: () => drawSelection(root) };
  try {
    await fetchOutline(root.dataset.outline, (outline) => {
      if (!outline.ids.length) return;
      const known = gridOf(root);
      const grid = known.isVirtual ? known : new VirtualGrid(root, outline, options);
      if (known.isVirtual) grid.replace(outline);
      else setGrid(root, grid);
      isThere ||= goal ? grid.restore(goal) : goToDay(grid);
      grid.draw();
    });
  } catch {
    return; // the pages that the server made stay
  }
  tookMs = performance.now() - begun;
  drawZoom();
  redrawSelection();
  document.dispatchEvent(new CustomEvent("grid:made"));
}

// ---- keeping it true

const shortestPause = () => Math.max(REFRESH_MS, tookMs * PATIENCE);

async function refresh() {
  clearTimeout(timer);
  timer = null;
  const root = rootNow();
  if (!root) return renew();
  const grid = gridOf(root);
  if (!grid.isVirtual) return make(root);
  const begun = performance.now();
  refreshedAt = begun;
  try {
    const outline = await fetchOutline(root.dataset.outline);
    outline.hideLike(grid.outline);
    if (!outline.isLike(grid.outline)) grid.replace(outline);
  } catch {
    return undefined; // the next change asks again
  }
  tookMs = performance.now() - begun;
  const waiting = [...root.querySelectorAll('.tile[data-state="pending"]')];
  grid.refresh(waiting.map((tile) => Number(tile.dataset.photo)));
  redrawSelection();
  return undefined;
}

// The first photos of a room that was empty: the page has no grid yet.
async function renew() {
  try {
    const fresh = (await fetchPage(location.href)).querySelector("[data-grid]");
    if (!fresh || rootNow()) return;
    document.querySelector("[data-empty]")?.replaceWith(document.adoptNode(fresh));
    redrawSelection();
    await make(fresh);
  } catch {
    // the next change asks again
  }
}

function refreshSoon() {
  timer ??= setTimeout(refresh, rootNow() ? shortestPause() : Math.max(FIRST_REFRESH_MS, tookMs * PATIENCE));
}

function askForProgress() {
  const element = document.getElementById("progress");
  if (!element || element.hasAttribute("hx-get")) return;
  const url = `${document.body.dataset.roomUrl}progress/`;
  globalThis.htmx?.ajax("GET", url, { target: "#progress", swap: "outerHTML" });
}

function progressNow() {
  const shown = document.getElementById("progress")?.dataset;
  return shown ? `${shown.ready} of ${shown.total}` : null;
}

export function startGrid() {
  document.addEventListener("htmx:after:swap", () => {
    const now = progressNow();
    if (now && progress && now !== progress) refreshSoon();
    progress = now;
  });
  progress = progressNow();
  document.addEventListener("photoroom:added", () => {
    refreshSoon();
    askForProgress();
  });
  addEventListener("pagehide", remember);
  addEventListener("hashchange", () => gridNow() && goToDay(gridNow()));
  startZoom(gridOf);
  if (rootNow()) make(rootNow());
}
