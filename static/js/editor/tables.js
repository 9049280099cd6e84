// Tables of light: what each of the 256 levels of a channel becomes. The formulas of processing/toning.py, processing/casts.py
// and the operations that have a `table`; everything is 0 to 1 here.

export const LEVELS = 256;
const FINE = 1025; // samples where a curve is turned round
const LUMA = [0.2126, 0.7152, 0.0722];
const [WARM, GREEN, MAGENTA, KNEE] = [1, 0.6, 0.3, 0.8];

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const toLight = (shown) => (shown <= 0.04045 ? shown / 12.92 : ((shown + 0.055) / 1.055) ** 2.4);
const toShown = (light) => (light <= 0.0031308 ? light * 12.92 : 1.055 * Math.max(light, 0) ** (1 / 2.4) - 0.055);

// A table of a function of 0 to 1.
function tableOf(change, count = LEVELS) {
  const table = new Float64Array(count);
  for (let i = 0; i < count; i++) table[i] = change(i / (count - 1));
  return table;
}

const levels = (change) => tableOf((x) => clamp(change(x), 0, 1));
const onAll = (change) => {
  const table = levels(change);
  return [table, table, table];
};

// Straight lines between points whose x rise.
function between(xs, ys, x) {
  let [low, high] = [0, xs.length - 1];
  if (x <= xs[low]) return ys[low];
  if (x >= xs[high]) return ys[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= x) low = middle;
    else high = middle;
  }
  return ys[low] + ((ys[high] - ys[low]) * (x - xs[low])) / (xs[high] - xs[low]);
}

// What a table says of a value between its entries.
export function lookedUp(table, x) {
  const place = clamp(x, 0, 1) * (table.length - 1);
  const below = Math.min(Math.floor(place), table.length - 2);
  return table[below] + (table[below + 1] - table[below]) * (place - below);
}

function lifted(amount, strength, power) {
  const raise = (x) => x + Math.abs(amount) * strength * x * (1 - x) ** power;
  if (amount >= 0) return raise;
  const [grid, raised] = [tableOf((x) => x, FINE), tableOf(raise, FINE)];
  return (x) => between(raised, grid, x);
}

const nearBlack = (strength, power) => ({ amount = 0 }) => onAll(lifted(amount, strength, power));

const nearWhite = (strength, power) => ({ amount = 0 }) => {
  const lift = lifted(-amount, strength, power);
  return onAll((x) => 1 - lift(1 - x));
};

function exposure({ stops = 0 }) {
  const gain = 2 ** stops;
  return onAll((x) => {
    const light = toLight(x);
    return toShown((gain * light) / (1 + (gain - 1) * light));
  });
}

function contrast({ amount = 0 }) {
  const steepness = 1.25 * Math.abs(amount);
  if (steepness < 1e-6) return onAll((x) => x);
  const most = Math.tanh(steepness);
  if (amount > 0) return onAll((x) => (Math.tanh(steepness * (2 * x - 1)) / most + 1) / 2);
  return onAll((x) => (Math.atanh((2 * x - 1) * most) / steepness + 1) / 2);
}

// Slopes in the points of a curve that never overshoots them (Fritsch and Carlson; the harmonic mean of Fritsch and Butland).
function slopesOf(gaps, rises) {
  const slopes = [rises[0]];
  for (let i = 1; i < rises.length; i++) {
    const [before, after] = [gaps[i] * 2 + gaps[i - 1], gaps[i] + 2 * gaps[i - 1]];
    slopes.push(rises[i - 1] * rises[i] > 0 ? (before + after) / (before / rises[i - 1] + after / rises[i]) : 0);
  }
  return [...slopes, rises.at(-1)];
}

// A smooth curve through points [x, y] as a function; flat before the first and after the last. For the page's drawing, too.
export function smoothCurve(points) {
  if (!points?.length) return (x) => x;
  const sorted = [...new Map(points.map(([x, y]) => [x, y]))].sort((a, b) => a[0] - b[0]);
  const [xs, ys] = [sorted.map((point) => point[0]), sorted.map((point) => point[1])];
  if (xs.length === 1) return () => ys[0];
  const gaps = xs.slice(1).map((x, i) => x - xs[i]);
  const slopes = slopesOf(gaps, gaps.map((gap, i) => (ys[i + 1] - ys[i]) / gap));
  return (at) => {
    const x = clamp(at, xs[0], xs.at(-1));
    let i = 0;
    while (i < xs.length - 2 && x >= xs[i + 1]) i++;
    const t = (x - xs[i]) / gaps[i];
    const rest = (1 - t) ** 2;
    const rising = gaps[i] * (slopes[i] * t * rest + slopes[i + 1] * t * t * (t - 1));
    return ys[i] * (1 + 2 * t) * rest + ys[i + 1] * t * t * (3 - 2 * t) + rising;
  };
}

function curves({ master = [], red = [], green = [], blue = [] }) {
  const all = smoothCurve(master);
  return [red, green, blue].map((points) => {
    const single = smoothCurve(points);
    return levels((x) => all(single(x)));
  });
}

function gainsOf(temperature, tint) {
  const gains = [2 ** (WARM * temperature + MAGENTA * tint), 2 ** (-GREEN * tint), 2 ** (MAGENTA * tint - WARM * temperature)];
  const luma = LUMA[0] * gains[0] + LUMA[1] * gains[1] + LUMA[2] * gains[2];
  return gains.map((gain) => gain / luma);
}

function rolledOff(light, gain) {
  const changed = gain * light;
  if (gain <= 1 || changed <= KNEE) return changed;
  const most = (gain - KNEE) / (1 - KNEE);
  const over = (changed - KNEE) / (1 - KNEE);
  return KNEE + ((1 - KNEE) * over) / (1 + over * (1 - 1 / most));
}

function whiteBalance({ temperature = 0, tint = 0 }) {
  return gainsOf(temperature, tint).map((gain) => levels((x) => toShown(rolledOff(toLight(x), gain))));
}

// The values of white_balance that turn a clicked color (0 to 255) into gray: gainsOf solved for r * red = g * green = b * blue
// in light. Give it the mean of a few pixels around the click, neither black nor white.
export function balanceFromPixel(red, green, blue) {
  const [r, g, b] = [red, green, blue].map((value) => Math.log2(Math.max(toLight(value / 255), 1e-4)));
  const temperature = clamp((b - r) / (2 * WARM), -1, 1);
  const tint = clamp((g - (r + b) / 2) / (GREEN + MAGENTA), -1, 1);
  return { temperature: Math.round(temperature * 100) / 100, tint: Math.round(tint * 100) / 100 };
}

// By operation: its values -> three tables of 256.
export const TABLES = {
  exposure,
  contrast,
  highlights: nearWhite(1.6, 3),
  shadows: nearBlack(1.6, 3),
  whites: nearWhite(2, 8),
  blacks: nearBlack(2, 8),
  curves,
  white_balance: whiteBalance,
};

// Tables that follow each other as one, without rounding in between.
export function composed(tables) {
  const made = [0, 1, 2].map(() => tableOf((x) => x));
  for (const table of tables) {
    for (let c = 0; c < 3; c++) {
      for (let i = 0; i < LEVELS; i++) made[c][i] = lookedUp(table[c], made[c][i]);
    }
  }
  return made;
}
