// How high the rows are: five steps, by buttons, Ctrl and the wheel, or two fingers; remembered on this device.
import { gettext } from "../words.js";

const [LEAST, MOST, USUAL] = [1, 5, 3];
const WHEEL_STEP = 60;
const PINCH_STEP = 1.35;
const YEAR_SECONDS = 365 * 24 * 3600;

const stepOf = (root) => Number(/grid-zoom-(\d)/.exec(root.className)?.[1] ?? USUAL);

function zoomTo(root, step, grid, point) {
  const next = Math.min(MOST, Math.max(LEAST, step));
  if (next === stepOf(root)) return false;
  const index = point && grid.isVirtual ? grid.indexAt(point.x, point.y) : -1;
  const anchor = index >= 0 ? { id: grid.ids[index], y: grid.layout.boxOf(index).y + grid.top } : grid.anchor?.();
  root.className = `${root.className.replace(/\s*grid-zoom-\d/, "")} grid-zoom-${next}`;
  document.cookie = `grid_zoom=${next}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`; // the server draws the first page so
  if (grid.isVirtual) grid.relayout(anchor);
  draw(root);
  return true;
}

function draw(root) {
  const step = stepOf(root);
  for (const button of document.querySelectorAll("[data-grid-zoom]")) {
    button.hidden = false;
    const isEnd = step + Number(button.dataset.gridZoom) < LEAST || step + Number(button.dataset.gridZoom) > MOST;
    button.setAttribute("aria-disabled", String(isEnd));
  }
  const status = document.querySelector("[data-grid-zoom-status]");
  if (status) status.textContent = gettext("Size {step} of {most}", { step, most: MOST });
}

export function startZoom(gridOf) {
  const now = () => document.querySelector("[data-grid][data-outline]");
  let [wheel, fingers, begin] = [0, new Map(), 0];
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-grid-zoom]");
    const root = now();
    if (button && root) zoomTo(root, stepOf(root) + Number(button.dataset.gridZoom), gridOf(root));
  });
  document.addEventListener(
    "wheel",
    (event) => {
      const root = event.target.closest?.("[data-grid][data-outline]");
      if (!root || !event.ctrlKey) return;
      event.preventDefault();
      wheel += event.deltaY;
      if (Math.abs(wheel) < WHEEL_STEP) return;
      zoomTo(root, stepOf(root) - Math.sign(wheel), gridOf(root), { x: event.clientX, y: event.clientY });
      wheel = 0;
    },
    { passive: false },
  );
  const distance = () => {
    const [a, b] = [...fingers.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  document.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch" || !event.target.closest?.("[data-grid][data-outline]")) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2) begin = distance();
  });
  document.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const root = now();
    if (fingers.size !== 2 || !root || !begin) return;
    const factor = distance() / begin;
    const way = factor > PINCH_STEP ? 1 : factor < 1 / PINCH_STEP ? -1 : 0;
    if (!way) return;
    const [a, b] = [...fingers.values()];
    zoomTo(root, stepOf(root) + way, gridOf(root), { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
    begin = distance();
  });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, (event) => fingers.delete(event.pointerId));
  if (now()) draw(now());
}

export const drawZoom = () => {
  const root = document.querySelector("[data-grid][data-outline]");
  if (root) draw(root);
};
