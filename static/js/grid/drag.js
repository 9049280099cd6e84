// Choosing many by dragging: a mouse draws a frame, a finger that has pressed long runs over the photos. The page scrolls along.
const LONG_PRESS_MS = 450;
const [MOVED_PX, BEGUN_PX] = [10, 6];
const EDGE_PX = 72;
const SCROLL_PX = 26; // a frame, at the very edge

let drag = null; // { root, grid, base, kind, ... } while photos are being chosen
let press = null;
let ignoresClick = false;

export const clickIsOver = () => {
  const was = ignoresClick;
  ignoresClick = false;
  return was;
};

function follow(deeds) {
  if (!drag) return;
  const { root, grid, x, y } = drag;
  if (drag.kind === "frame") {
    const here = grid.pointOf(x, y);
    const frame = {
      x0: Math.min(here.x, drag.start.x), x1: Math.max(here.x, drag.start.x), y0: Math.min(here.y, drag.start.y), y1: Math.max(here.y, drag.start.y),
    };
    const { style } = drag.frame;
    style.insetInlineStart = `${frame.x0}px`;
    style.insetBlockStart = `${frame.y0}px`;
    style.inlineSize = `${frame.x1 - frame.x0}px`;
    style.blockSize = `${frame.y1 - frame.y0}px`;
    deeds.set(root, new Set([...drag.base, ...grid.idsIn(frame)]));
  } else {
    const index = grid.indexAt(x, y);
    if (index < 0 || index === drag.shown) return;
    drag.shown = index;
    const { ids } = grid;
    const [from, to] = [Math.min(drag.from, index), Math.max(drag.from, index)];
    deeds.set(root, new Set([...drag.base, ...[...ids].slice(from, to + 1)]));
  }
}

// Near the upper or lower edge of the screen the page scrolls, the nearer the faster.
function scrollAlong(deeds) {
  if (!drag) return;
  const above = EDGE_PX - drag.y;
  const below = drag.y - (innerHeight - EDGE_PX);
  const depth = above > 0 ? -above : Math.max(0, below);
  if (depth) {
    scrollBy({ top: (Math.max(-EDGE_PX, Math.min(EDGE_PX, depth)) / EDGE_PX) * SCROLL_PX, behavior: "instant" });
    follow(deeds);
  }
  requestAnimationFrame(() => scrollAlong(deeds));
}

function end() {
  clearTimeout(press?.timer);
  press = null;
  if (!drag) return;
  drag.frame?.remove();
  drag.root.classList.remove("is-dragging");
  drag = null;
}

// deeds: gridOf(root), chosen(root), set(root, ids), choose(root, id, isChecked, isRange).
export function startDragging(deeds) {
  const onDown = (event) => {
    ignoresClick = false;
    clearTimeout(press?.timer); // a second finger: the size is changed, nothing is chosen
    press = null;
    const root = event.target.closest?.("[data-grid]");
    if (!root || drag || event.target.closest("[data-selection-bar], button, .tile-tick, a:not(.tile-link)")) return;
    const grid = deeds.gridOf(root);
    press = { root, grid, x: event.clientX, y: event.clientY, isMouse: event.pointerType === "mouse" };
    if (press.isMouse) {
      if (event.button === 0 && !event.shiftKey) press.start = grid.pointOf(event.clientX, event.clientY);
      else press = null;
      return;
    }
    const tile = event.target.closest(".tile");
    if (!tile || !event.isPrimary) return void (press = null);
    press.timer = setTimeout(() => beginRun(Number(tile.dataset.photo)), LONG_PRESS_MS);
  };
  const beginRun = (id) => {
    const { root, grid, x, y } = press;
    ignoresClick = true;
    navigator.vibrate?.(10);
    deeds.choose(root, id, true, false);
    const from = grid.ids.indexOf(id);
    drag = { root, grid, kind: "run", base: new Set(deeds.chosen(root)), from, shown: from, x, y };
    root.classList.add("is-dragging");
    press = null;
    scrollAlong(deeds);
  };
  const beginFrame = () => {
    const { root, grid, start, x, y } = press;
    const frame = document.createElement("div");
    frame.className = "grid-frame";
    grid.space.append(frame);
    ignoresClick = true;
    drag = { root, grid, kind: "frame", base: new Set(deeds.chosen(root)), start, frame, x, y };
    root.classList.add("is-dragging");
    press = null;
    scrollAlong(deeds);
  };
  const onMove = (event) => {
    if (drag) {
      Object.assign(drag, { x: event.clientX, y: event.clientY });
      follow(deeds);
      return;
    }
    if (!press) return;
    const moved = Math.hypot(event.clientX - press.x, event.clientY - press.y);
    if (press.isMouse && !(event.buttons & 1)) end();
    else if (press.isMouse && moved > BEGUN_PX) {
      beginFrame();
      onMove(event);
    } else if (!press.isMouse && moved > MOVED_PX) end();
  };
  document.addEventListener("pointerdown", onDown);
  document.addEventListener("pointermove", onMove);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, end);
  document.addEventListener("scroll", () => press && !press.isMouse && !drag && end(), { passive: true });
  document.addEventListener("dragstart", (event) => event.target.closest?.("[data-grid]") && event.preventDefault());
  document.addEventListener("contextmenu", (event) => {
    if ((ignoresClick || drag) && event.target.closest(".tile")) event.preventDefault();
  });
  for (const root of document.querySelectorAll("[data-grid]")) holdStill(root);
}

// A finger that chooses does not scroll. Known before it touches, or the browser does not ask.
export function holdStill(root) {
  root.addEventListener("touchmove", (event) => drag && event.cancelable && event.preventDefault(), { passive: false });
}
