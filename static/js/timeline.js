// The rail at the edge of the grid: as long as the list, so a place on it is a place in the list. Dragged, clicked, or by keys.
import { gridOf } from "./grid/grids.js";
import { focusTile } from "./grid/keys.js";
import { stopsOf } from "./grid/stops.js";
import { formatNumber } from "./words.js";

const AWAKE_MS = 1800;
const LEAST_SCREENS = 2.5; // less is scrolled at once
const MARK_PX = 20; // between the words beside the rail
const DOT_PX = 7;
let awake = null;
let stops = [];
let pointer = null;
let current = -1; // the stop where one is

const railNow = () => document.querySelector("[data-timeline]");
const gridNow = () => {
  const root = document.querySelector("[data-grid][data-outline]");
  const grid = root && gridOf(root);
  return grid?.isVirtual ? grid : null;
};
const within = (value) => Math.min(1, Math.max(0, value));
const lengthOf = (grid) => Math.max(1, grid.layout.height - innerHeight * 0.8);
const shareOf = (grid, index) => within(grid.layout.boxOf(index).y / lengthOf(grid));

function build() {
  const [rail, grid] = [railNow(), gridNow()];
  if (!rail || !grid) return;
  rail.hidden = grid.layout.height < innerHeight * LEAST_SCREENS;
  document.body.classList.toggle("has-timeline", !rail.hidden);
  stops = rail.hidden ? [] : stopsOf(grid.outline).map((stop) => ({ ...stop, share: shareOf(grid, stop.index) }));
  const height = rail.clientHeight;
  let [mark, dot] = [-Infinity, -Infinity];
  const items = stops.map((stop, at) => {
    const item = document.createElement("li");
    item.className = "timeline-stop";
    item.style.insetBlockStart = `${stop.share * 100}%`;
    const link = document.createElement("a");
    link.href = `#${stop.key}`;
    link.dataset.stop = at;
    const words = document.createElement("span");
    words.className = "visually-hidden";
    words.textContent = stop.words;
    const sign = document.createElement("span");
    sign.setAttribute("aria-hidden", "true");
    const y = stop.share * height;
    if (y - mark >= MARK_PX) {
      sign.className = "timeline-mark";
      sign.textContent = stop.mark;
      [mark, dot] = [y, y];
    } else if (y - dot >= DOT_PX && y - mark >= MARK_PX / 2) {
      sign.className = "timeline-dot";
      dot = y;
    }
    link.append(sign, words);
    item.append(link);
    return item;
  });
  rail.querySelector("[data-timeline-stops]").replaceChildren(...items);
  current = -1;
  draw();
}

function draw() {
  const [rail, grid] = [railNow(), gridNow()];
  if (!rail || rail.hidden || !grid) return;
  const share = within(-grid.top / lengthOf(grid));
  const thumb = rail.querySelector("[data-timeline-thumb]");
  thumb.style.transform = `translateY(${share * (rail.clientHeight - thumb.offsetHeight)}px)`;
  const at = Math.max(0, stops.findLastIndex((stop) => stop.share <= share + 0.002));
  if (at === current) return;
  current = at;
  for (const link of rail.querySelectorAll("[data-stop]")) {
    const isHere = Number(link.dataset.stop) === at;
    if (isHere) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    link.tabIndex = isHere ? 0 : -1;
  }
}

// What stands at a place of the rail.
function showLabel(share) {
  const rail = railNow();
  const label = rail.querySelector("[data-timeline-label]");
  label.hidden = share === null;
  if (share === null) return;
  const stop = stops[Math.max(0, stops.findLastIndex((one) => one.share <= share + 0.002))];
  label.textContent = `${stop.label} · ${formatNumber(stop.count)}`;
  const y = share * rail.clientHeight - label.offsetHeight / 2;
  label.style.transform = `translateY(${Math.min(rail.clientHeight - label.offsetHeight, Math.max(0, y))}px)`;
}

const goTo = (grid, share) => scrollBy({ top: grid.top + share * lengthOf(grid), behavior: "instant" });

function wake() {
  const rail = railNow();
  if (!rail || rail.hidden) return;
  rail.classList.add("is-awake");
  clearTimeout(awake);
  awake = setTimeout(() => rail.classList.remove("is-awake"), AWAKE_MS);
}

function track(rail) {
  const shareAt = (event) => {
    const box = rail.getBoundingClientRect();
    return within((event.clientY - box.top) / box.height);
  };
  rail.addEventListener("pointerdown", (event) => {
    if (event.button > 0 || !gridNow()) return;
    pointer = event.pointerId;
    rail.setPointerCapture(pointer);
    rail.classList.add("is-dragged");
    goTo(gridNow(), shareAt(event));
    showLabel(shareAt(event));
    event.preventDefault();
  });
  rail.addEventListener("pointermove", (event) => {
    if (!stops.length) return;
    showLabel(shareAt(event));
    if (pointer !== null) goTo(gridNow(), shareAt(event));
  });
  rail.addEventListener("pointerleave", () => pointer === null && showLabel(null));
  for (const name of ["pointerup", "pointercancel"]) {
    rail.addEventListener(name, () => {
      pointer = null;
      rail.classList.remove("is-dragged");
      showLabel(null);
    });
  }
  rail.addEventListener("dragstart", (event) => event.preventDefault());
  rail.addEventListener("click", (event) => {
    const link = event.target.closest("[data-stop]");
    const grid = gridNow();
    if (!link || !grid || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (event.detail) return; // the pointer has gone there already
    focusTile(grid, grid.ids[stops[link.dataset.stop].index], { block: "start" });
  });
  rail.addEventListener("keydown", (event) => {
    const at = Number(event.target.closest("[data-stop]")?.dataset.stop ?? NaN);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (Number.isNaN(at) || to === undefined || !stops[to]) return;
    event.preventDefault();
    rail.querySelector(`[data-stop="${to}"]`).focus();
    showLabel(stops[to].share);
  });
  rail.addEventListener("focusout", () => showLabel(null));
}

export function startTimeline() {
  let isWaiting = false;
  addEventListener(
    "scroll",
    () => {
      wake();
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(() => {
        isWaiting = false;
        draw();
      });
    },
    { passive: true },
  );
  let later = null;
  document.addEventListener("grid:layout", () => {
    clearTimeout(later);
    later = setTimeout(build, 60);
  });
  addEventListener("resize", () => {
    clearTimeout(later);
    later = setTimeout(build, 60);
  });
  const rail = railNow();
  if (rail) track(rail);
  document.addEventListener("grid:made", () => {
    if (railNow() && railNow() !== rail) track(railNow());
    build();
  }, { once: !rail });
}
