// What the site would refuse, said while it is being typed, and what comes of it otherwise: the rules and sentences of the
// operations themselves (processing/operations/resize.py). No DOM.
import { formatNumber, gettext } from "../words.js";
import { PLACES } from "./placing.js";

const MOST_PX = 16_384;
const MOST_PIXELS = 100_000_000;
const MOST_TIMES = 8;

const RULES = { resize: { refusal: resizeRefusal, outcome: resizeOutcome } };

// Why these values can't be, for a frame of this size; "" if they can.
export const refusalOf = (name, values, frame) => RULES[name]?.refusal(values, frame) ?? "";

// What the values come to, in a sentence; "" if there is nothing to say.
export const outcomeOf = (name, values, frame) => RULES[name]?.outcome(values, frame) ?? "";

export const hasRules = (name) => name in RULES;

// Why what was typed is no value of this parameter; "" if it is one. An empty field is the neutral value.
export function numberRefusal({ low, high, is_whole: isWhole }, text) {
  const value = Number(text);
  if (text.trim() === "") return "";
  if (Number.isFinite(value) && value >= low && value <= high && (!isWhole || Number.isInteger(value))) return "";
  return isWhole ? gettext("Give a whole number from {low} to {high}.", { low: Math.max(1, low), high }) : gettext("Give a number from {low} to {high}.", { low, high });
}

function resizeRefusal(values, frame) {
  if (values.longest && (values.width || values.height)) return gettext("Give either the longest side or width and height, not both.");
  const { width, height } = PLACES.resize(values, frame.width, frame.height);
  if (Math.max(width, height) > MOST_PX) return gettext("Neither side may have more than {most} pixels. Make the photo smaller.", { most: MOST_PX });
  if (width * height > MOST_PIXELS) {
    return gettext("The photo would have {width} × {height} pixels; at most {most} million are allowed. Make it smaller.", { width, height, most: MOST_PIXELS / 1e6 });
  }
  if (Math.max(width / frame.width, height / frame.height) > MOST_TIMES) {
    return gettext("That is more than {times} times as large as the photo is, which would only blur it. Make it smaller.", { times: MOST_TIMES });
  }
  return "";
}

function resizeOutcome(values, frame) {
  if (!values.longest && !values.width && !values.height) return gettext("The photo has {width} × {height} pixels now.", sized(frame));
  return gettext("The photo will have {width} × {height} pixels.", sized(PLACES.resize(values, frame.width, frame.height)));
}

const sized = ({ width, height }) => ({ width: formatNumber(width), height: formatNumber(height) });
