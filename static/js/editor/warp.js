// Pixels through a homography onto a canvas of the page.
import { inverted } from "./placing.js";

const isFlat = ([, , , , , , g, h]) => Math.abs(g) < 1e-12 && Math.abs(h) < 1e-12;
const pixelsOfSource = new WeakMap();

function canvasOf(width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  return canvas;
}

function pixelsOf(source) {
  if (!pixelsOfSource.has(source)) {
    const context = canvasOf(source.width, source.height).getContext("2d", { willReadFrequently: true });
    context.drawImage(source, 0, 0);
    pixelsOfSource.set(source, context.getImageData(0, 0, source.width, source.height));
  }
  return pixelsOfSource.get(source);
}

let scratch = null;

// source: a canvas or ImageBitmap; matrix: from its pixels to those of the result. -> ImageData
export function warp(source, matrix, width, height) {
  if (!isFlat(matrix)) return sampled(pixelsOf(source), inverted(matrix), width, height);
  scratch ??= canvasOf(1, 1);
  Object.assign(scratch, { width, height });
  const context = scratch.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  const [a, b, c, d, e, f, , , i] = matrix;
  context.setTransform(a / i, d / i, b / i, e / i, c / i, f / i);
  context.drawImage(source, 0, 0);
  context.resetTransform();
  return context.getImageData(0, 0, width, height);
}

const isClear = ({ data }) => {
  for (let at = 3; at < data.length; at += 4) if (data[at] < 255) return true;
  return false;
};

// Four neighbors, each by how near it is and how much of its color is seen. What lies outside is transparent where anything is.
function sampled(from, [a, b, c, d, e, f, g, h, i], width, height) {
  const made = new ImageData(width, height);
  const { data, width: wide, height: high } = from;
  const into = made.data;
  const row = wide * 4;
  const outside = isClear(from) ? 0 : 255;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const [px, py] = [x + 0.5, y + 0.5];
      const depth = g * px + h * py + i;
      const u = (a * px + b * py + c) / depth - 0.5;
      const v = (d * px + e * py + f) / depth - 0.5;
      if (!(u >= -1 && v >= -1 && u <= wide && v <= high)) {
        into[at + 3] = outside;
        continue;
      }
      const left = u < 0 ? 0 : u > wide - 2 ? Math.max(0, wide - 2) : u | 0;
      const top = v < 0 ? 0 : v > high - 2 ? Math.max(0, high - 2) : v | 0;
      const fx = Math.min(1, Math.max(0, u - left));
      const fy = Math.min(1, Math.max(0, v - top));
      const start = top * row + left * 4;
      const right = wide > 1 ? 4 : 0;
      const below = high > 1 ? row : 0;
      const one = (1 - fx) * (1 - fy) * data[start + 3];
      const two = fx * (1 - fy) * data[start + right + 3];
      const three = (1 - fx) * fy * data[start + below + 3];
      const four = fx * fy * data[start + below + right + 3];
      const alpha = one + two + three + four;
      into[at + 3] = alpha;
      if (alpha < 0.5) continue; // nothing is seen of its color
      for (let n = start, to = at; n < start + 3; n++, to++) {
        into[to] = (one * data[n] + two * data[n + right] + three * data[n + below] + four * data[n + below + right]) / alpha;
      }
    }
  }
  return made;
}

export function onCanvas(pixels) {
  const canvas = canvasOf(pixels.width, pixels.height);
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}
