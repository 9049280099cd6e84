// The rail at the edge of the grid: says where one is, takes one to an hour, day, month or year; dragged, clicked, or by keys.
import { showPage } from "./grid.js";
import { toast } from "./toasts.js";

const AWAKE_MS = 1800;
let awake = null;
let isWaiting = false;

const railNow = () => document.querySelector("[data-timeline]");
const stopsOf = (rail) => [...rail.querySelectorAll("[data-sort]")];
const sortOf = (element) => BigInt(element.dataset.sort);
const tilesNow = () => document.querySelectorAll("[data-grid] .tile");

// The first photo below the header.
function firstVisible() {
  const top = (document.querySelector(".site-header")?.getBoundingClientRect().bottom ?? 0) + 1;
  for (const tile of tilesNow()) if (tile.getBoundingClientRect().bottom > Math.max(top, 60)) return tile;
  return null;
}

function stopAt(rail, sort) {
  let found = null;
  for (const stop of stopsOf(rail)) {
    if (sortOf(stop) > sort) break;
    found = stop;
  }
  return found ?? stopsOf(rail)[0];
}

// Where a stop lies on the rail, as far into it as the photo is.
function place(rail, sort) {
  const stops = stopsOf(rail);
  const stop = stopAt(rail, sort);
  const next = stops[stops.indexOf(stop) + 1];
  const begin = sortOf(stop);
  const share = next && sortOf(next) > begin ? Number(sort - begin) / Number(sortOf(next) - begin) : 0;
  return stop.offsetTop + stop.offsetHeight * Math.min(1, Math.max(0, share));
}

function draw(rail) {
  const tile = firstVisible();
  if (!tile) return;
  const sort = sortOf(tile);
  const current = stopAt(rail, sort);
  for (const stop of rail.querySelectorAll("[aria-current]")) if (stop !== current) stop.removeAttribute("aria-current");
  current.setAttribute("aria-current", "true");
  if (!rail.classList.contains("is-dragged")) moveThumb(rail, place(rail, sort));
}

function moveThumb(rail, y) {
  const thumb = rail.querySelector("[data-timeline-thumb]");
  const most = rail.clientHeight - thumb.offsetHeight;
  thumb.style.transform = `translateY(${Math.min(most, Math.max(0, y - thumb.offsetHeight / 2))}px)`;
}

function showLabel(rail, stop, y) {
  const label = rail.querySelector("[data-timeline-label]");
  label.hidden = !stop;
  if (!stop) return;
  label.textContent = `${stop.dataset.label} · ${stop.dataset.count}`;
  const at = Math.min(rail.clientHeight - label.offsetHeight, Math.max(0, y - label.offsetHeight / 2));
  label.style.transform = `translateY(${at}px)`;
}

function stopUnder(rail, y) {
  const stops = stopsOf(rail);
  return stops.find((stop) => y < stop.offsetTop + stop.offsetHeight) ?? stops.at(-1);
}

// The first photo of a stop, if it is on the page and everything before it is, too.
function loaded(stop) {
  const tiles = [...tilesNow()];
  const sort = sortOf(stop);
  const at = tiles.findIndex((tile) => BigInt(tile.dataset.sort) >= sort);
  if (at < 0 || (at === 0 && document.querySelector("[data-grid-before]") && BigInt(tiles[0].dataset.sort) > sort)) return null;
  return tiles[at];
}

function show(tile, isSmooth) {
  const day = tile.closest(".day");
  const target = day.querySelector(".tile") === tile ? day : tile;
  const header = document.querySelector(".site-header")?.offsetHeight ?? 0;
  const top = target.getBoundingClientRect().top + scrollY - header - 8;
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  globalThis.scrollTo({ top, behavior: isSmooth && !isStill ? "smooth" : "auto" });
}


async function go(stop) {
  const rail = railNow();
  const here = loaded(stop);
  if (here) {
    show(here, true);
    return here;
  }
  rail.classList.add("is-loading");
  try {
    const grid = await showPage(stop.getAttribute("href"));
    const tile = grid?.querySelector(".tile");
    if (tile) show(tile, false);
    return tile;
  } catch (error) {
    toast(error.message);
  } finally {
    rail.classList.remove("is-loading");
    draw(rail);
  }
  return null;
}

function wake(rail) {
  rail.classList.add("is-awake");
  clearTimeout(awake);
  awake = setTimeout(() => rail.classList.remove("is-awake"), AWAKE_MS);
}

function onScroll() {
  const rail = railNow();
  if (!rail || isWaiting) return;
  wake(rail);
  isWaiting = true;
  requestAnimationFrame(() => {
    isWaiting = false;
    if (railNow()) draw(railNow());
  });
}

function track(rail) {
  const yOf = (event) => event.clientY - rail.getBoundingClientRect().top;
  let pointer = null;
  rail.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    pointer = event.pointerId;
    rail.setPointerCapture(pointer);
    rail.classList.add("is-dragged");
    follow(event);
    event.preventDefault();
  });
  const follow = (event) => {
    const y = yOf(event);
    showLabel(rail, stopUnder(rail, y), y);
    if (pointer !== null) moveThumb(rail, y);
  };
  rail.addEventListener("pointermove", follow);
  rail.addEventListener("pointerleave", () => pointer === null && showLabel(rail, null));
  const end = (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    rail.classList.remove("is-dragged");
    showLabel(rail, null);
    if (event.type === "pointerup") go(stopUnder(rail, yOf(event)));
    else draw(rail);
  };
  rail.addEventListener("pointerup", end);
  rail.addEventListener("pointercancel", end);
  rail.addEventListener("dragstart", (event) => event.preventDefault());
  // Keys: Tab comes to each stop, Enter goes there; the label says where.
  rail.addEventListener("click", async (event) => {
    const stop = event.target.closest("[data-sort]");
    if (!stop || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (event.detail) return; // the pointer has gone there already
    const tile = await go(stop);
    tile?.querySelector(".tile-link").focus({ preventScroll: true });
  });
  rail.addEventListener("keydown", (event) => {
    const stops = stopsOf(rail);
    const at = stops.indexOf(event.target.closest("[data-sort]"));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (at < 0 || to === undefined || !stops[to]) return;
    event.preventDefault();
    stops[to].focus();
  });
  rail.addEventListener("focusin", (event) => {
    const stop = event.target.closest("[data-sort]");
    if (stop?.matches(":focus-visible")) showLabel(rail, stop, stop.offsetTop + stop.offsetHeight / 2);
  });
  rail.addEventListener("focusout", () => showLabel(rail, null));
}

function begin() {
  const rail = railNow();
  if (!rail || rail.dataset.isReady) return;
  rail.dataset.isReady = "1";
  track(rail);
  draw(rail);
}

export function startTimeline() {
  addEventListener("scroll", onScroll, { passive: true });
  document.addEventListener("htmx:after:swap", begin);
  begin();
}
