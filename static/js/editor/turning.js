// Turns and mirrors what is seen: the crop, the corners and the angle that follow in the recipe go along. No DOM.

const turned = ([x, y]) => [1 - y, x]; // a quarter to the right
const WAYS = {
  across: { place: ([x, y]) => [1 - x, y], order: [1, 0, 3, 2] },
  down: { place: ([x, y]) => [x, 1 - y], order: [3, 2, 1, 0] },
};
const tidy = (value) => Math.round(value * 1e6) / 1e6;
const tidied = (place) => place.map(tidy);

function changed(operations, steps, name, change) {
  const step = operations.get(name) && operations.find(steps, name);
  return step ? operations.set(steps, name, change(operations.values(name, step))) : steps;
}

function movedCrop({ left, top, right, bottom }, move) {
  const [a, b] = [move([left, top]), move([right, bottom])];
  return {
    left: tidy(Math.min(a[0], b[0])), top: tidy(Math.min(a[1], b[1])),
    right: tidy(Math.max(a[0], b[0])), bottom: tidy(Math.max(a[1], b[1])),
  };
}

export function turn(operations, steps, quarters) {
  let made = steps;
  for (let n = 0; n < (quarters + 4) % 4; n++) made = turnOnce(operations, made);
  return made;
}

function turnOnce(operations, steps) {
  const { quarters } = operations.values("rotate", operations.find(steps, "rotate"));
  let made = operations.set(steps, "rotate", { quarters: (quarters + 1) % 4 });
  made = changed(operations, made, "mirror", ({ across, down }) => ({ across: down, down: across }));
  made = changed(operations, made, "perspective", ({ corners, vertical, horizontal, horizontal_first: isAsideFirst }) => ({
    corners: corners.length ? [3, 0, 1, 2].map((n) => tidied(turned(corners[n]))) : corners,
    vertical: -horizontal || 0,
    horizontal: vertical,
    horizontal_first: isAsideFirst !== Boolean(vertical && horizontal), // what acted first does so still, under its other name
  }));
  made = changed(operations, made, "crop", (values) => movedCrop(values, turned));
  return changed(operations, made, "resize", ({ width, height }) => ({ width: height, height: width }));
}

// `way` is across (left and right) or down.
export function flip(operations, steps, way) {
  const { place, order } = WAYS[way];
  const values = operations.values("mirror", operations.find(steps, "mirror"));
  const amount = way === "across" ? "horizontal" : "vertical";
  let made = operations.set(steps, "mirror", { [way]: !values[way] });
  made = changed(operations, made, "straighten", ({ angle }) => ({ angle: -angle || 0 }));
  made = changed(operations, made, "perspective", (old) => ({
    corners: old.corners.length ? order.map((n) => tidied(place(old.corners[n]))) : old.corners,
    [amount]: -old[amount] || 0,
  }));
  return changed(operations, made, "crop", (old) => movedCrop(old, place));
}
