// Which grid belongs to which form: the virtual one where it has been made, else the tiles that are in the page.
import { PlainGrid } from "./plain.js";

const grids = new WeakMap();

export function gridOf(root) {
  if (!grids.has(root)) grids.set(root, new PlainGrid(root));
  return grids.get(root);
}

export function setGrid(root, grid) {
  grids.set(root, grid);
}
