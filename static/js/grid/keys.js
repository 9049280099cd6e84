// The grid by keys: one stop of the Tab key, arrows move, Space or x ticks, Shift and arrows tick a range, Ctrl+A all.
const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

const isFlipped = (root) => getComputedStyle(root).direction === "rtl";

function target(grid, root, index, key) {
  if (key === "ArrowUp" || key === "ArrowDown") return grid.neighbor(index, key === "ArrowUp" ? -1 : 1);
  const step = STEPS[key] * (isFlipped(root) && key.startsWith("Arrow") ? -1 : 1);
  return Math.min(grid.ids.length - 1, Math.max(0, index + step));
}

export function focusTile(grid, id, options) {
  const link = grid.reveal(id, options)?.querySelector(".tile-link");
  link?.focus({ preventScroll: true });
  return Boolean(link);
}

// The tile that the Tab key comes to: the one that had the focus last, else the first one on the screen.
export function drawTabStop(root, grid, current) {
  const tiles = [...root.querySelectorAll(".tile")];
  const stop = tiles.find((tile) => Number(tile.dataset.photo) === current)
    ?? tiles.find((tile) => tile.getBoundingClientRect().bottom > 0) ?? tiles[0];
  for (const tile of tiles) {
    const link = tile.parts?.link ?? tile.querySelector(".tile-link");
    const order = tile === stop ? 0 : -1;
    if (link.tabIndex !== order || !link.hasAttribute("tabindex")) link.tabIndex = order;
    if (!tile.parts) tile.querySelector(".tile-tick input").tabIndex = -1;
  }
}

// choose(id, isChecked, isRange) ticks; all() ticks everything.
export function startKeys({ gridOf, choose, isChosen, all }) {
  document.addEventListener("keydown", (event) => {
    const root = event.target.closest?.("[data-grid]");
    if (!root || document.querySelector(".viewer-overlay, dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a" && !event.target.matches("input:not([type=checkbox]), textarea")) {
      event.preventDefault();
      all(root);
      return;
    }
    const tile = event.target.closest(".tile");
    if (!tile || event.ctrlKey || event.metaKey || event.altKey) return;
    const grid = gridOf(root);
    const id = Number(tile.dataset.photo);
    if (event.key === "x" || (event.key === " " && !event.target.matches("input"))) {
      event.preventDefault();
      choose(root, id, !isChosen(root, id), event.shiftKey);
    } else if (event.key in STEPS || event.key === "ArrowUp" || event.key === "ArrowDown") {
      const index = grid.ids.indexOf(id);
      const next = target(grid, root, index, event.key);
      event.preventDefault();
      if (event.shiftKey && next !== index) {
        if (!isChosen(root, id)) choose(root, id, true, false);
        choose(root, grid.ids[next], true, true);
      }
      focusTile(grid, grid.ids[next]);
    }
  });
}
