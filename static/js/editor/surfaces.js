// Vignette and grain: what depends on where a pixel is. The formulas of processing/operations/vignette.py and grain.py.
// Each changes the bytes of an ImageData in place.

const STEPS = 4096;
const [R, G, B] = [0.2126, 0.7152, 0.0722];

// What columns or rows add to the distance^n, counted in STEPS.
function distances(side, reach, exponent, whole) {
  const made = new Float32Array(side);
  for (let i = 0; i < side; i++) {
    made[i] = ((Math.abs(((i + 0.5) / side) * 2 - 1) * reach) ** exponent / whole) * (STEPS - 1);
  }
  return made;
}

function keptBy({ amount, midpoint, feather }, exponent) {
  const outer = 0.35 + 0.65 * midpoint;
  const begins = outer * (1 - feather);
  const ends = outer + (1.1 - outer) * feather + 0.01;
  return Float32Array.from({ length: STEPS }, (_, i) => {
    const distance = (i / (STEPS - 1)) ** (1 / exponent);
    const t = Math.min(1, Math.max(0, (distance - begins) / (ends - begins)));
    return 1 - 0.9 * Math.abs(amount) * t * t * (3 - 2 * t);
  });
}

function vignette(pixels, { amount = 0, midpoint = 0.5, roundness = 0, feather = 0.5 }) {
  if (!amount) return;
  const { data, width, height } = pixels;
  const exponent = 2 + 6 * Math.max(0, -roundness);
  const reaches = [width, height].map((side) => 1 + Math.max(0, roundness) * (side / Math.max(width, height) - 1));
  const whole = reaches[0] ** exponent + reaches[1] ** exponent;
  const across = distances(width, reaches[0], exponent, whole);
  const down = distances(height, reaches[1], exponent, whole);
  const kept = keptBy({ amount, midpoint, feather }, exponent);
  const white = amount > 0 ? 255 : 0;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const gain = kept[(across[x] + down[y]) | 0];
      data[at] = white + (data[at] - white) * gain;
      data[at + 1] = white + (data[at + 1] - white) * gain;
      data[at + 2] = white + (data[at + 2] - white) * gain;
    }
  }
}

// Noise of mean 0 and standard deviation 1, a little smooth.
function latticeOf(across, down, seed) {
  const noise = new Float32Array(across * down);
  const scale = 8 / 3 / Math.sqrt((4 * (256 ** 2 - 1)) / 12);
  for (let y = 0, at = 0; y < down; y++) {
    const row = (Math.imul(y, 0x85ebca77) + (seed % 2 ** 32)) | 0;
    for (let x = 0; x < across; x++, at++) {
      let value = Math.imul(x, 0x9e3779b1) ^ row;
      value = Math.imul(value ^ (value >>> 16), 0x7feb352d);
      value = Math.imul(value ^ (value >>> 15), 0x846ca68b);
      value ^= value >>> 16;
      noise[at] = ((value & 255) + ((value >>> 8) & 255) + ((value >>> 16) & 255) + (value >>> 24) - 510) * scale;
    }
  }
  smooth(noise, across, down, 1, across);
  smooth(noise, down, across, across, 1);
  return noise;
}

// (1 2 1) / 4 along `count` values that are `step` apart, in each of `lines` that are `next` apart.
function smooth(noise, count, lines, step, next) {
  for (let line = 0; line < lines; line++) {
    let at = line * next;
    let before = noise[at];
    for (let i = 0; i < count; i++, at += step) {
      const here = noise[at];
      const after = i + 1 < count ? noise[at + step] : here;
      noise[at] = (before + 2 * here + after) / 4;
      before = here;
    }
  }
}

// For each of `to` pixels: which of `from` values it sees, and each one's share; `taps` of them.
function weightsOf(from, to, shrinks) {
  const taps = shrinks ? Math.ceil(from / to) + 1 : 2;
  const [first, shares] = [new Int32Array(to), new Float32Array(to * taps)];
  for (let i = 0; i < to; i++) {
    if (shrinks) {
      const [begin, end] = [(i * from) / to, ((i + 1) * from) / to];
      first[i] = Math.floor(begin);
      for (let k = 0; k < taps; k++) {
        const seen = Math.min(end, first[i] + k + 1) - Math.max(begin, first[i] + k);
        shares[i * taps + k] = (Math.max(0, seen) * to) / from;
      }
    } else {
      const place = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
      first[i] = Math.floor(place);
      shares[i * 2 + 1] = place - first[i];
      shares[i * 2] = 1 - shares[i * 2 + 1];
    }
  }
  return { taps, first, shares };
}

// A plane at another size: the mean of what a pixel covers, or straight lines between values where it grows.
function resized(plane, [fromWidth, fromHeight], [width, height], shrinks) {
  const [columns, rows] = [weightsOf(fromWidth, width, shrinks), weightsOf(fromHeight, height, shrinks)];
  const narrow = new Float32Array(width * fromHeight);
  for (let y = 0, at = 0; y < fromHeight; y++) {
    for (let x = 0; x < width; x++, at++) {
      let sum = 0;
      for (let k = 0; k < columns.taps; k++) {
        const share = columns.shares[x * columns.taps + k];
        if (share) sum += share * plane[y * fromWidth + columns.first[x] + k];
      }
      narrow[at] = sum;
    }
  }
  const made = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let k = 0; k < rows.taps; k++) {
      const share = rows.shares[y * rows.taps + k];
      if (!share) continue;
      const from = (rows.first[y] + k) * width;
      for (let x = 0; x < width; x++) made[y * width + x] += share * narrow[from + x];
    }
  }
  return made;
}

let kept = { key: "", noise: null }; // the last grain; while a slider moves only its amount changes

function noiseFor(pixels, scene, size) {
  const [fullWidth, fullHeight] = [scene.width ?? pixels.width, scene.height ?? pixels.height];
  const longer = Math.max(fullWidth, fullHeight);
  const along = 2600 * (700 / 2600) ** size;
  const [across, down] = [fullWidth, fullHeight].map((side) => Math.max(1, Math.round((along * side) / longer)));
  const seed = scene.seed ?? 0;
  const key = [pixels.width, pixels.height, across, down, seed].join();
  if (kept.key !== key) {
    const shrinks = across > pixels.width || down > pixels.height;
    const lattice = latticeOf(across, down, seed);
    kept = { key, noise: resized(lattice, [across, down], [pixels.width, pixels.height], shrinks) };
  }
  return kept.noise;
}

function grain(pixels, { amount = 0, size = 0.3 }, scene) {
  if (!amount) return;
  const noise = noiseFor(pixels, scene, size);
  const weights = Float32Array.from({ length: 256 }, (_, i) => 28 * amount * (0.25 + 3 * (i / 255) * (1 - i / 255)));
  const { data } = pixels;
  for (let n = 0, at = 0; n < noise.length; n++, at += 4) {
    const change = weights[(R * data[at] + G * data[at + 1] + B * data[at + 2] + 0.5) | 0] * noise[n];
    data[at] += change;
    data[at + 1] += change;
    data[at + 2] += change;
  }
}

// By operation: changes the pixels of an ImageData.
export const SURFACES = { vignette, grain };
