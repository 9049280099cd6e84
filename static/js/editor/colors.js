// Changes of color that see a whole pixel: the formulas of the operations that have a `recolor`. Each entry of COLORS makes
// of an operation's values a function that changes `count` pixels in place: red, green, blue are Float32Arrays, 0 to 1.

import { LOOKS } from "./looks.js";
import { smoothCurve } from "./tables.js";

const [R, G, B] = [0.2126, 0.7152, 0.0722];
const FINE = 4096; // values that a curve is drawn for

// A 3 x 3 matrix, row by row.
function mixed(m) {
  return (red, green, blue, count) => {
    const [a, b, c, d, e, f, g, h, i] = m; // as variables of this function they stay in registers
    for (let n = 0; n < count; n++) {
      const x = red[n];
      const y = green[n];
      const z = blue[n];
      red[n] = a * x + b * y + c * z;
      green[n] = d * x + e * y + f * z;
      blue[n] = g * x + h * y + i * z;
    }
  };
}

// The matrix that keeps `color` of what is not gray; gray is made of shares of the channels.
function fading(color, [r, g, b]) {
  const rest = 1 - color;
  return [color + rest * r, rest * g, rest * b, rest * r, color + rest * g, rest * b, rest * r, rest * g, color + rest * b];
}

const saturation = ({ amount = 0 }) => mixed(fading(1 + amount, [R, G, B]));

function hue({ degrees = 0 }) {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const quarter = [-R, -G, 1 - B, 0.143, 0.14, -0.283, R - 1, G, B];
  return mixed(fading(cos, [R, G, B]).map((value, at) => value + sin * quarter[at]));
}

function vibrance({ amount = 0 }) {
  return (red, green, blue, count) => {
    const [most, skinAt, spared] = [amount, 0.42, 0.65];
    for (let n = 0; n < count; n++) {
      const r = red[n];
      const g = green[n];
      const b = blue[n];
      const chroma = Math.max(r, g, b) - Math.min(r, g, b);
      const pale = chroma >= 1 ? 0 : 1 - chroma;
      let skin = 0;
      if (r > b) skin = Math.max(0, Math.min(1, 1 - Math.abs((g - b) / Math.max(r - b, 1e-6) - skinAt) / skinAt));
      const factor = most * pale * pale * (1 - spared * skin);
      const gray = R * r + G * g + B * b;
      red[n] = r + (r - gray) * factor;
      green[n] = g + (g - gray) * factor;
      blue[n] = b + (b - gray) * factor;
    }
  };
}

function blackWhite({ strength = 0, ...colors }) {
  const reach = 0.5;
  const mixer = ["red", "yellow", "green", "cyan", "blue", "magenta"].map((name) => reach * (colors[name] ?? 0));
  return (red, green, blue, count) => {
    const [mr, yellow, mg, cyan, mb, magenta] = mixer;
    const share = strength;
    for (let n = 0; n < count; n++) {
      const r = red[n];
      const g = green[n];
      const b = blue[n];
      const colored =
        yellow * Math.max(Math.min(r, g) - b, 0) +
        cyan * Math.max(Math.min(g, b) - r, 0) +
        magenta * Math.max(Math.min(r, b) - g, 0) +
        mr * Math.max(r - Math.max(g, b), 0) +
        mg * Math.max(g - Math.max(r, b), 0) +
        mb * Math.max(b - Math.max(r, g), 0);
      const gray = Math.max(0, Math.min(1, R * r + G * g + B * b + colored));
      red[n] = r + share * (gray - r);
      green[n] = g + share * (gray - g);
      blue[n] = b + share * (gray - b);
    }
  };
}

function sepia({ strength = 0 }) {
  return (red, green, blue, count) => {
    for (let n = 0; n < count; n++) {
      const gray = R * red[n] + G * green[n] + B * blue[n];
      const middle = gray * (1 - gray);
      red[n] += strength * (gray + 0.36 * middle - red[n]);
      green[n] += strength * (0.975 * gray + 0.06 * middle - green[n]);
      blue[n] += strength * (0.9 * gray - 0.4 * middle - blue[n]);
    }
  };
}

const drawn = new Map(); // the curves of the looks that were seen

function curvesOf(name) {
  if (!drawn.has(name)) {
    const { master, red, green, blue } = LOOKS[name];
    const all = smoothCurve(master);
    const made = [red, green, blue].map((points) => {
      const single = smoothCurve(points);
      return Float32Array.from({ length: FINE }, (_, i) => all(single(i / (FINE - 1))));
    });
    drawn.set(name, made);
  }
  return drawn.get(name);
}

const placeOf = (value) => (value <= 0 ? 0 : value >= 1 ? FINE - 1 : (value * (FINE - 1) + 0.5) | 0);

function looks({ look = "", strength = 1 }) {
  if (!LOOKS[look]) return () => {};
  const matrix = fading(LOOKS[look].color, LOOKS[look].gray ?? [R, G, B]);
  const curves = curvesOf(look);
  return (red, green, blue, count) => {
    const [a, b, c, d, e, f, g, h, i] = matrix;
    const [reds, greens, blues] = curves;
    const share = strength;
    for (let n = 0; n < count; n++) {
      const x = red[n];
      const y = green[n];
      const z = blue[n];
      red[n] = x + share * (reds[placeOf(a * x + b * y + c * z)] - x);
      green[n] = y + share * (greens[placeOf(d * x + e * y + f * z)] - y);
      blue[n] = z + share * (blues[placeOf(g * x + h * y + i * z)] - z);
    }
  };
}

// Tables in the middle of a run, for values between the levels.
export function tabled(table) {
  const fine = table.map((row) => {
    const scale = (row.length - 1) / (FINE - 1);
    return Float32Array.from({ length: FINE }, (_, i) => {
      const below = Math.min(Math.floor(i * scale), row.length - 2);
      return row[below] + (row[below + 1] - row[below]) * (i * scale - below);
    });
  });
  return (red, green, blue, count) => {
    const [reds, greens, blues] = fine;
    for (let n = 0; n < count; n++) {
      red[n] = reds[placeOf(red[n])];
      green[n] = greens[placeOf(green[n])];
      blue[n] = blues[placeOf(blue[n])];
    }
  };
}

// By operation: its values -> a function of a block of pixels.
export const COLORS = { saturation, hue, vibrance, black_white: blackWhite, sepia, looks };
