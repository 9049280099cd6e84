// What a recipe makes of a picture, as far as the page can compute it: geometry as one resampling, then light, color and looks.
import { OPERATIONS, render } from "./pixels.js";
import { inverted, multiplied, PLACES, placements, scaled, scaleOf } from "./placing.js";
import { onCanvas, warp } from "./warp.js";

export const isHere = ({ op }) => Boolean(PLACES[op]) || OPERATIONS.has(op);

const same = (a, b) => a.length === b.length && a.every((value, n) => value === b[n]);

export class Renderer {
  #frames = new Map(); // what was warped last, by a name for its use
  #spare = new Map();

  constructor({ width, height, seed }) {
    this.size = { width, height };
    this.seed = seed;
  }

  // steps: all of a recipe; those before `done` are in the source's picture already, those that only a server can do are passed over.
  // -> {pixels: ImageData, placement: of the whole recipe}
  render(source, steps, { done = 0, side, use = "photo" }) {
    const places = placements(steps, this.size.width, this.size.height);
    const start = places[done];
    const runs = runsOf(steps.slice(done), done);
    let picture = source;
    let from = start;
    let pixels = null;
    runs.forEach(({ isPlace, steps: run, end }, number) => {
      if (isPlace || !pixels) {
        const to = places[isPlace ? end : done];
        pixels = this.#warped(pixels && number ? onCanvas(pixels) : picture, from, to, side, `${use}${number}`);
        picture = null;
        from = to;
      }
      if (!isPlace) pixels = this.#colored(pixels, run, from, `${use}${number}`);
    });
    pixels ??= this.#warped(source, start, start, side, use);
    return { pixels, placement: places.at(-1) };
  }

  #warped(picture, from, to, side, use) {
    const between = multiplied(to.matrix, inverted(from.matrix));
    const middle = [from.width / 2, from.height / 2];
    const shrunk = picture.width / from.width;
    const finest = shrunk / Math.min(1, Math.max(1e-6, scaleOf(between, ...middle)));
    const ratio = Math.min(1, side / Math.max(to.width, to.height), finest);
    const [width, height] = [to.width, to.height].map((length) => Math.max(1, Math.round(length * ratio)));
    const onto = scaled(width / to.width, height / to.height);
    const matrix = multiplied(onto, multiplied(between, scaled(from.width / picture.width, from.height / picture.height)));
    const known = this.#frames.get(use);
    if (known && known.picture === picture && known.pixels.width === width && known.pixels.height === height && same(known.matrix, matrix)) {
      return known.pixels;
    }
    const pixels = warp(picture, matrix, width, height);
    this.#frames.set(use, { picture, matrix, pixels });
    return pixels;
  }

  #colored(pixels, steps, { width, height }, use) {
    let into = this.#spare.get(use);
    if (into?.width !== pixels.width || into?.height !== pixels.height) {
      into = new ImageData(pixels.width, pixels.height);
      this.#spare.set(use, into);
    }
    return render(pixels, steps, { width, height, seed: this.seed, scale: pixels.width / width }, into);
  }
}

// Neighboring steps of one kind; `end` counts steps of the whole recipe.
function runsOf(steps, done) {
  const runs = [];
  steps.forEach((step, n) => {
    if (!isHere(step)) return;
    const isPlace = Boolean(PLACES[step.op]);
    if (runs.at(-1)?.isPlace !== isPlace) runs.push({ isPlace, steps: [], end: 0 });
    runs.at(-1).steps.push(step);
    runs.at(-1).end = done + n + 1;
  });
  return runs;
}
