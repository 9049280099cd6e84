// Light, color and looks of the editor, computed in the page by the formulas of the server (processing/editing.py). No DOM.
//
//   render(pixels, steps, scene, into?) -> ImageData
//     pixels: ImageData of any size; it stays as it is.
//     steps: as in a recipe, [{op: "exposure", stops: 0.5}, ...], in their order; values that are left out are neutral.
//            Throws RangeError for an operation that OPERATIONS has not.
//     scene: {width, height: of the frame at full size, seed: of the photo, scale}; needed by grain only.
//     into: an ImageData of the same size that is written to instead of a new one; may be `pixels` itself.
//   OPERATIONS: a Set of the names that it knows.
//   histogram(pixels) -> {red, green, blue, luma}: each a Uint32Array of 256; transparent pixels are left out.
//   balanceFromPixel(red, green, blue) -> {temperature, tint}: values of white_balance that make a clicked color (0 to 255) gray.
//   smoothCurve(points) -> function of 0 to 1: the curve that the operation curves follows, to draw it.
//   LOOKS: the looks by name. tests/test_editor_pixels_browser.py compares all of it with the server.

import { COLORS, tabled } from "./colors.js";
import { LOOKS } from "./looks.js";
import { SURFACES } from "./surfaces.js";
import { balanceFromPixel, composed, smoothCurve, TABLES } from "./tables.js";

export { balanceFromPixel, LOOKS, smoothCurve };

export const OPERATIONS = new Set([...Object.keys(TABLES), ...Object.keys(COLORS), ...Object.keys(SURFACES)]);

const BLOCK = 8192; // pixels at once as floats; they stay in the processor's cache
const planes = [0, 1, 2].map(() => new Float32Array(BLOCK));

// Neighbouring tables as one, and neighbouring pointwise steps together: [{table, colors}] or [{surface}].
function runsOf(steps) {
  const runs = [];
  for (const step of steps) {
    if (!OPERATIONS.has(step.op)) throw new RangeError(`no such operation: ${step.op}`);
    if (SURFACES[step.op]) {
      runs.push({ surface: step });
      continue;
    }
    if (!runs.length || runs.at(-1).surface) runs.push({ parts: [] });
    const { parts } = runs.at(-1);
    if (COLORS[step.op]) parts.push({ color: COLORS[step.op](step) });
    else if (parts.at(-1)?.tables) parts.at(-1).tables.push(TABLES[step.op](step));
    else parts.push({ tables: [TABLES[step.op](step)] });
  }
  return runs;
}

// Tables only: a byte for a byte.
function replaceLevels(data, table) {
  const [red, green, blue] = table.map((row) => Uint8ClampedArray.from(row, (value) => value * 255));
  for (let at = 0; at < data.length; at += 4) {
    data[at] = red[data[at]];
    data[at + 1] = green[data[at + 1]];
    data[at + 2] = blue[data[at + 2]];
  }
}

function recolor(data, table, colors) {
  const [reds, greens, blues] = table.map((row) => Float32Array.from(row));
  const [red, green, blue] = planes;
  for (let start = 0; start < data.length; start += BLOCK * 4) {
    const end = Math.min(data.length, start + BLOCK * 4);
    for (let at = start, n = 0; at < end; at += 4, n++) {
      red[n] = reds[data[at]];
      green[n] = greens[data[at + 1]];
      blue[n] = blues[data[at + 2]];
    }
    for (const color of colors) color(red, green, blue, (end - start) / 4);
    for (let at = start, n = 0; at < end; at += 4, n++) {
      data[at] = red[n] * 255; // a Uint8ClampedArray rounds and keeps 0 to 255
      data[at + 1] = green[n] * 255;
      data[at + 2] = blue[n] * 255;
    }
  }
}

function followPoints(data, parts) {
  const first = composed(parts[0].tables ?? []);
  const rest = parts[0].tables ? parts.slice(1) : parts;
  if (!rest.length) return replaceLevels(data, first);
  recolor(data, first, rest.map((part) => part.color ?? tabled(composed(part.tables))));
}

export function render(pixels, steps, scene = {}, into = new ImageData(pixels.width, pixels.height)) {
  if (into !== pixels) into.data.set(pixels.data);
  for (const { surface, parts } of runsOf(steps)) {
    if (surface) SURFACES[surface.op](into, surface, scene);
    else followPoints(into.data, parts);
  }
  return into;
}

export function histogram({ data }) {
  const [red, green, blue, luma] = [0, 1, 2, 3].map(() => new Uint32Array(256));
  for (let at = 0; at < data.length; at += 4) {
    if (!data[at + 3]) continue;
    red[data[at]]++;
    green[data[at + 1]]++;
    blue[data[at + 2]]++;
    luma[(0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2] + 0.5) | 0]++;
  }
  return { red, green, blue, luma };
}
