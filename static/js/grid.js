// Keeps the grid true without a reload: later pages of a day join it, new photos appear in their place, waiting ones turn up.
import { fetchPage } from "./api.js";
import { redrawSelection } from "./selection.js";

const REFRESH_SECONDS = 4;
const FIRST_REFRESH_SECONDS = 1; // the first photo of an empty room
const pages = [location.href];
let timer = null;
let progress = null;
let hasNewPhotos = false;

const gridOf = (root) => root.querySelector("[data-grid]");
const dayOf = (grid, day) => grid.querySelector(`.day[data-day="${day}"]`);
const isBefore = (a, b) => BigInt(a.dataset.sort) < BigInt(b.dataset.sort);

function putDay(grid, section) {
  const later = [...grid.querySelectorAll(".day")].find((day) => day.dataset.day > section.dataset.day);
  if (later) later.before(section);
  else if (grid.querySelector("[data-grid-more]")) grid.querySelector("[data-grid-more]").before(section);
  else grid.append(section);
}

function putTile(list, tile) {
  const later = [...list.children].find((other) => isBefore(tile, other));
  list.insertBefore(tile, later ?? null);
}

function mergeTile(grid, section, tile) {
  const known = grid.querySelector(`.tile[data-photo="${tile.dataset.photo}"]`);
  if (known && known.dataset.state === tile.dataset.state && known.dataset.sort === tile.dataset.sort) return;
  if (known?.querySelector(":checked")) tile.querySelector("input").checked = true;
  known?.remove();
  let day = dayOf(grid, section.dataset.day);
  if (!day) {
    day = section.cloneNode(true);
    day.querySelector(".tiles").replaceChildren();
    putDay(grid, day);
  }
  putTile(day.querySelector(".tiles"), tile);
}

function merge(fetched, url) {
  const grid = gridOf(document);
  const fresh = gridOf(fetched);
  if (!fresh) return;
  if (!grid) {
    document.querySelector("[data-empty]")?.replaceWith(fresh);
    globalThis.htmx?.process(fresh);
    return;
  }
  for (const section of fresh.querySelectorAll(".day")) {
    for (const tile of section.querySelectorAll(".tile")) {
      tile.dataset.page = url;
      mergeTile(grid, section, document.adoptNode(tile));
    }
  }
  for (const day of grid.querySelectorAll(".day")) if (!day.querySelector(".tile")) day.remove();
}

// Pages that hold something unfinished are asked for again; all of them where photos were added.
function pagesToRefresh() {
  if (hasNewPhotos || !gridOf(document)) return [...pages];
  const waiting = document.querySelectorAll('[data-grid] .tile[data-state="pending"]');
  return [...new Set([...waiting].map((tile) => tile.dataset.page))];
}

async function refresh() {
  timer = null;
  const urls = pagesToRefresh();
  hasNewPhotos = false;
  for (const url of urls) {
    try {
      merge(await fetchPage(url), url);
    } catch {
      return; // the next change asks again
    }
  }
  redrawSelection();
}

function refreshSoon() {
  timer ??= setTimeout(refresh, 1000 * (gridOf(document) ? REFRESH_SECONDS : FIRST_REFRESH_SECONDS));
}

function askForProgress() {
  const element = document.getElementById("progress");
  if (!element || element.hasAttribute("hx-get")) return;
  const url = `${document.body.dataset.roomUrl}progress/`;
  globalThis.htmx?.ajax("GET", url, { target: "#progress", swap: "outerHTML" });
}

// The page after this one has come: what belongs to a day that is there already moves into it.
function joinDays() {
  const seen = new Map();
  for (const section of document.querySelectorAll("[data-grid] .day")) {
    const first = seen.get(section.dataset.day);
    if (first) {
      first.querySelector(".tiles").append(...section.querySelectorAll(".tile"));
      section.remove();
    } else {
      seen.set(section.dataset.day, section);
    }
  }
}

// Notes from which page a tile came.
function markTiles() {
  for (const tile of document.querySelectorAll("[data-grid] .tile:not([data-page])")) tile.dataset.page = pages.at(-1);
}

// Puts another part of the list in the place of what is shown; where everything in between is there, nothing has to be fetched.
export async function showPage(url) {
  const fresh = gridOf(await fetchPage(url));
  const grid = gridOf(document);
  if (!fresh || !grid) return location.assign(url);
  const parts = ".day, [data-grid-more], [data-grid-before]";
  for (const part of grid.querySelectorAll(parts)) part.remove();
  for (const part of fresh.querySelectorAll(parts)) grid.append(document.adoptNode(part));
  pages.splice(0, pages.length, new URL(url, location.href).href);
  globalThis.htmx?.process(grid);
  markTiles();
  redrawSelection();
  return grid;
}

function progressNow() {
  const shown = document.getElementById("progress")?.dataset;
  return shown ? { ready: shown.ready, total: shown.total } : null;
}

export function startGrid() {
  document.addEventListener("htmx:before:request", (event) => {
    const more = event.target.closest?.("[data-grid-more], [data-grid-before] [hx-get]");
    if (more) pages.push(new URL(more.getAttribute("hx-get"), location.href).href);
  });
  document.addEventListener("htmx:after:swap", () => {
    joinDays();
    redrawSelection();
    markTiles();
    const now = progressNow();
    if (now && progress) {
      hasNewPhotos ||= now.total !== progress.total;
      if (now.ready !== progress.ready || hasNewPhotos) refreshSoon();
    }
    progress = now;
  });
  markTiles();
  progress = progressNow();
  document.addEventListener("photoroom:added", () => {
    hasNewPhotos = true;
    refreshSoon();
    askForProgress();
  });
}
