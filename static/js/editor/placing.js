// Where pixels go: processing/placing.py and the `place` of each geometric operation, the same numbers. No DOM.
//
//   placements(steps, width, height) -> [Placement before the first step, after it, after the second, ...]
//     A Placement is {width, height, matrix}: the frame's size at full size, and the homography from the original's pixels to its own.
//     Steps that move nothing keep it. Throws RangeError where nothing would be left.
//   PLACES: the names that it knows. tests/test_editor_placing_browser.py compares all of it with the server.

export const SAME = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const KEYSTONE = 0.35;
const LEAST_SIDE_PX = 2;
const LEAST_SINE = 0.02;

export function multiplied(second, first) {
  const made = [];
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      made.push(second[3 * row] * first[column] + second[3 * row + 1] * first[3 + column] + second[3 * row + 2] * first[6 + column]);
    }
  }
  return made;
}

export function inverted([a, b, c, d, e, f, g, h, i]) {
  const cofactors = [e * i - f * h, c * h - b * i, b * f - c * e, f * g - d * i, a * i - c * g, c * d - a * f, d * h - e * g, b * g - a * h, a * e - b * d];
  const determinant = a * cofactors[0] + b * cofactors[3] + c * cofactors[6];
  return cofactors.map((value) => value / determinant);
}

export function moved([a, b, c, d, e, f, g, h, i], x, y) {
  const depth = g * x + h * y + i;
  return [(a * x + b * y + c) / depth, (d * x + e * y + f) / depth];
}

export const scaled = (x, y) => [x, 0, 0, 0, y, 0, 0, 0, 1];
const shifted = (x, y) => [1, 0, x, 0, 1, y, 0, 0, 1];

// Pixels after a homography per pixel before it, at a place before it.
export function scaleOf([a, b, c, d, e, f, g, h, i], x, y) {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return Math.sqrt(Math.abs(determinant) / Math.abs(g * x + h * y + i) ** 3);
}

// As Python rounds: a half goes to the even neighbor.
function rounded(value) {
  const near = Math.round(value);
  return Math.abs(value % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near;
}

function rotate({ quarters = 0 }, width, height) {
  const turned = [SAME, [0, -1, height, 1, 0, 0, 0, 0, 1], [-1, 0, width, 0, -1, height, 0, 0, 1], [0, 1, 0, -1, 0, width, 0, 0, 1]];
  return { width: quarters % 2 ? height : width, height: quarters % 2 ? width : height, matrix: turned[quarters] };
}

function mirror({ across = false, down = false }, width, height) {
  return { width, height, matrix: [across ? -1 : 1, 0, across ? width : 0, 0, down ? -1 : 1, down ? height : 0, 0, 0, 1] };
}

function straighten({ angle = 0 }, width, height) {
  const turn = (angle * Math.PI) / 180;
  const [c, s, slanted] = [Math.cos(turn), Math.sin(turn), Math.abs(Math.sin(turn))];
  const share = Math.min(width / (width * c + height * slanted), height / (width * slanted + height * c));
  const kept = [width, height].map((side) => Math.max(1, Math.floor(side * share + 1e-9)));
  const toMiddle = multiplied([c, -s, 0, s, c, 0, 0, 0, 1], shifted(-width / 2, -height / 2));
  return { width: kept[0], height: kept[1], matrix: multiplied(shifted(kept[0] / 2, kept[1] / 2), toMiddle) };
}

function crop({ left = 0, top = 0, right = 1, bottom = 1 }, width, height) {
  const [x, y] = [rounded(left * width), rounded(top * height)];
  const [endX, endY] = [rounded(right * width), rounded(bottom * height)];
  if (endX <= x || endY <= y) throw new RangeError("crop");
  return { width: endX - x, height: endY - y, matrix: shifted(-x, -y) };
}

function perspective({ corners = [], vertical = 0, horizontal = 0, horizontal_first: isAsideFirst = false }, width, height) {
  let placement = { width, height, matrix: SAME };
  if (corners.length) placement = upright(corners.map(([x, y]) => [x * width, y * height]));
  const sliders = [[vertical, true], [horizontal, false]];
  for (const [amount, isVertical] of isAsideFirst ? sliders.reverse() : sliders) {
    if (!amount) continue;
    const { width: wide, height: high } = placement;
    placement = followed(placement, upright(keystone(amount, isVertical).map(([x, y]) => [x * wide, y * high])));
  }
  return placement;
}

function keystone(amount, isVertical) {
  const cut = KEYSTONE * Math.abs(amount);
  const [here, there] = amount > 0 ? [cut, 0] : [0, cut];
  if (isVertical) return [[here, 0], [1 - here, 0], [1 - there, 1], [there, 1]];
  return [[0, there], [1, here], [1, 1 - here], [0, 1 - there]];
}

// Whether four corners go around a part of a frame, the right way.
export function isUpright(corners) {
  return corners.every(([ax, ay], n) => {
    const [bx, by] = corners[(n + 1) % 4];
    const [cx, cy] = corners[(n + 2) % 4];
    const [before, after] = [Math.hypot(bx - ax, by - ay), Math.hypot(cx - bx, cy - by)];
    if (before < LEAST_SIDE_PX || after < LEAST_SIDE_PX) return false;
    return (bx - ax) * (cy - by) - (by - ay) * (cx - bx) >= LEAST_SINE * before * after;
  });
}

function upright(corners) {
  if (!isUpright(corners)) throw new RangeError("perspective");
  const sides = corners.map(([x, y], n) => Math.hypot(corners[(n + 1) % 4][0] - x, corners[(n + 1) % 4][1] - y));
  const width = Math.max(1, rounded(Math.max(sides[0], sides[2])));
  const height = Math.max(1, rounded(Math.max(sides[1], sides[3])));
  return { width, height, matrix: multiplied(scaled(width, height), inverted(fromSquare(corners))) };
}

function fromSquare([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]) {
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
  const [dx1, dx2, dy1, dy2] = [x1 - x2, x3 - x2, y1 - y2, y3 - y2];
  const whole = dx1 * dy2 - dx2 * dy1;
  const [g, h] = [(sx * dy2 - dx2 * sy) / whole, (dx1 * sy - sx * dy1) / whole];
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1];
}

function resize({ longest = 0, width: wide = 0, height: high = 0, fit = "inside" }, width, height) {
  if (longest) [wide, high] = width >= height ? [longest, 0] : [0, longest];
  if (!wide && !high) return { width, height, matrix: SAME };
  const [across, down] = [wide / width, high / height];
  let one = across || down;
  let size = [wide || rounded(width * one), high || rounded(height * one)];
  if (wide && high && fit === "inside") {
    one = Math.min(across, down);
    size = [rounded(width * one), rounded(height * one)];
  }
  size = size.map((side) => Math.max(1, side));
  if (wide && high && fit === "fill") {
    const times = Math.max(size[0] / width, size[1] / height);
    const matrix = [times, 0, (size[0] - times * width) / 2, 0, times, (size[1] - times * height) / 2, 0, 0, 1];
    return { width: size[0], height: size[1], matrix };
  }
  return { width: size[0], height: size[1], matrix: scaled(size[0] / width, size[1] / height) };
}

export const PLACES = { rotate, mirror, straighten, perspective, crop, resize };

export const followed = (first, later) => ({ width: later.width, height: later.height, matrix: multiplied(later.matrix, first.matrix) });

export function placements(steps, width, height) {
  const made = [{ width, height, matrix: SAME }];
  for (const step of steps) {
    const before = made.at(-1);
    made.push(PLACES[step.op] ? followed(before, PLACES[step.op](step, before.width, before.height)) : before);
  }
  return made;
}
