// Sliders, choices, switches: one control for each parameter of an operation, as GET /operations/ describes it.
import { formatNumber, gettext } from "../words.js";
import { make } from "./dom.js";
import { numberRefusal } from "./refusals.js";

const TINTED = new Set(["temperature", "tint", "degrees", "red", "green", "blue", "yellow", "cyan", "magenta"]);
const MOST_CHIPS = 7;
const TYPED_MS = 500;
const SIDEWAYS_PX = 6;
const TWO_TAPS_MS = 320;
const MOST_ON_A_SLIDER = 1000; // pixels
const FURTHER = 5; // steps
const OWN_DIGITS = /[٠-٩۰-۹０-９]/g; // as Arabic, Persian and Japanese keyboards type them
const SLIDER_ARROWS = {
  ArrowLeft: { way: -1, isAcross: true }, ArrowRight: { way: 1, isAcross: true }, ArrowUp: { way: 1 }, ArrowDown: { way: -1 },
};
let ids = 0;

// What people read beside a slider: shares as whole numbers, everything else in its unit.
export function written({ low, high, unit, step }, value) {
  if (unit === "" && high <= 1 && low >= -1) return formatNumber(Math.round(value * 100));
  const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
  const number = formatNumber(Number(value.toFixed(digits)));
  if (unit === "°" || unit === "%") return number + unit;
  return unit ? `${number} ${unit}` : number;
}

// on: {input(value) while it moves, change(isKeyed) when it rests; for numbers that are typed: check(value) -> whether it is refused,
// refuse(sentence)}. -> {element, set(value), say(sentence) where something can be refused}
export function control(parameter, on) {
  return (BUILDERS[parameter.kind] ?? nothing)(parameter, on);
}

const nothing = () => null;

function number(parameter, on) {
  return parameter.unit === "px" && parameter.high > MOST_ON_A_SLIDER ? exact(parameter, on) : slider(parameter, on);
}

function slider(parameter, on) {
  const { label, low, high, step, neutral } = parameter;
  const id = `editor-control-${++ids}`;
  const tint = TINTED.has(parameter.name) ? ` slider-${parameter.name}` : "";
  const range = make("input", { type: "range", id, class: `slider${tint}`, min: low, max: high, step, "data-parameter": parameter.name });
  const output = make("output", { class: "slider-value numbers", for: id });
  const name = make("label", { for: id, class: "slider-label", title: gettext("Double click: back to the beginning") }, label);
  const element = make("div", { class: "slider-row" }, name, output, range);
  const show = (value) => {
    output.value = written(parameter, value);
    range.setAttribute("aria-valuetext", output.value);
    const at = (one) => (one - low) / (high - low);
    const zero = at(Math.min(high, Math.max(low, neutral)));
    range.style.setProperty("--from", String(Math.min(at(value), zero)));
    range.style.setProperty("--to", String(Math.max(at(value), zero)));
    element.classList.toggle("is-changed", value !== neutral);
  };
  const put = () => {
    let value = Number(range.value);
    if (Math.abs(value - neutral) < (high - low) * 0.008 && !keyed) value = neutral; // catches at the beginning
    show(value);
    on.input(value);
  };
  let keyed = false;
  const finger = fingerOn(range, put, show);
  range.addEventListener("input", () => finger.isOpen || put());
  range.addEventListener("keydown", (event) => {
    keyed = true;
    goFurther(range, event);
  });
  range.addEventListener("pointerdown", () => (keyed = false));
  range.addEventListener("change", () => on.change(keyed || finger.wasTap));
  const reset = (isKeyed) => {
    on.input(neutral);
    on.change(isKeyed);
  };
  for (const part of [name, range, output]) {
    part.addEventListener("dblclick", () => reset());
    onTwoTaps(part, () => reset(true)); // the first of them may have moved it: both are one step
  }
  return { element, set: (value) => { range.value = value; show(value); } };
}

// With Shift an arrow moves a slider by several steps; by themselves browsers take no notice of it.
function goFurther(range, event) {
  const arrow = SLIDER_ARROWS[event.key];
  if (!arrow || !event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const isTurned = arrow.isAcross && getComputedStyle(range).direction === "rtl";
  const before = range.value;
  range.stepUp(FURTHER * (isTurned ? -arrow.way : arrow.way));
  if (range.value === before) return;
  for (const name of ["input", "change"]) range.dispatchEvent(new Event(name, { bubbles: true }));
}

// A finger moves a slider as soon as it comes down, also where it is only about to scroll the panel: nothing counts until it has gone
// sideways or away, and nothing at all where the browser takes it over to scroll.
function fingerOn(range, put, back) {
  const state = { isOpen: false, wasTap: false };
  let [start, before] = [null, ""];
  range.addEventListener("pointerdown", ({ pointerType, clientX }) => {
    state.wasTap = false;
    if (pointerType !== "touch") return;
    state.isOpen = true;
    [start, before] = [clientX, range.value];
  });
  range.addEventListener("pointermove", ({ clientX }) => {
    if (!state.isOpen || Math.abs(clientX - start) < SIDEWAYS_PX) return;
    state.isOpen = false;
    put();
  });
  range.addEventListener("pointerup", () => {
    if (!state.isOpen) return;
    state.isOpen = false;
    state.wasTap = true;
    put();
  });
  range.addEventListener("pointercancel", () => {
    if (!state.isOpen) return;
    state.isOpen = false;
    range.value = before;
    back(Number(before));
  });
  return state;
}

function onTwoTaps(part, act) {
  let [last, from] = [-Infinity, 0];
  part.addEventListener("pointerdown", ({ clientX }) => (from = clientX));
  part.addEventListener("pointerup", ({ pointerType, timeStamp, clientX }) => {
    if (pointerType !== "touch" || Math.abs(clientX - from) >= SIDEWAYS_PX) return;
    if (timeStamp - last < TWO_TAPS_MS) setTimeout(act); // after what the second tap does by itself
    last = timeStamp - last < TWO_TAPS_MS ? -Infinity : timeStamp;
  });
}

// A number that is typed. What can't be is said below the field while it is typed, and is not done.
function exact(parameter, on) {
  const id = `editor-control-${++ids}`;
  const input = make("input", { type: "text", inputmode: "numeric", class: "input numbers", autocomplete: "off", placeholder: "–", "aria-describedby": id, "data-parameter": parameter.name });
  const said = make("p", { class: "editor-refusal small", id, role: "alert", hidden: true });
  let resting = 0;
  const text = () => input.value.replace(OWN_DIGITS, (digit) => digit.codePointAt() & 15);
  const typed = () => numberRefusal(parameter, text());
  const say = (sentence) => {
    if (said.textContent !== sentence) said.textContent = sentence;
    said.hidden = !sentence;
    input.setAttribute("aria-invalid", String(Boolean(sentence)));
  };
  const put = () => {
    clearTimeout(resting);
    if (typed()) return;
    on.input(Number(text()));
    on.change();
  };
  input.addEventListener("input", () => {
    clearTimeout(resting);
    if (typed()) on.refuse(typed());
    else if (!on.check(Number(text()))) resting = setTimeout(put, TYPED_MS);
  });
  input.addEventListener("change", put);
  const element = make("div", {}, make("label", { class: "exact-row" }, make("span", {}, parameter.label), input, make("span", { class: "quiet" }, parameter.unit)), said);
  return { element, say, set: (value) => document.activeElement !== input && (input.value = value || "") };
}

function choice(parameter, on) {
  if (parameter.options.length > 24) return list(parameter, on);
  const name = `editor-choice-${++ids}`;
  const shape = parameter.options.length > MOST_CHIPS ? "choice-names" : "choice-chips";
  const inputs = parameter.options.map(({ value, label }) => {
    const input = make("input", { type: "radio", name, value, class: "visually-hidden", onchange: () => { on.input(value); on.change(); } });
    return [input, make("label", { class: "chip-choice" }, input, make("span", {}, label))];
  });
  const element = make("fieldset", { class: "choice", "data-parameter": parameter.name }, make("legend", { class: "slider-label" }, parameter.label),
    make("div", { class: shape }, ...inputs.map(([, label]) => label)));
  return { element, set: (value) => inputs.forEach(([input]) => (input.checked = input.value === value)) };
}

function list(parameter, on) {
  const select = make("select", { class: "input", "data-parameter": parameter.name }, ...parameter.options.map(({ value, label }) => make("option", { value }, label)));
  select.addEventListener("change", () => { on.input(select.value); on.change(); });
  return { element: make("label", { class: "exact-row" }, make("span", {}, parameter.label), select), set: (value) => (select.value = value) };
}

function toggle(parameter, on) {
  const input = make("input", { type: "checkbox", role: "switch", "data-parameter": parameter.name });
  input.addEventListener("change", () => { on.input(input.checked); on.change(); });
  return { element: make("label", { class: "switch" }, make("span", {}, parameter.label), input), set: (value) => (input.checked = value) };
}

function text(parameter, on) {
  const input = make("input", { type: "text", class: "input", maxlength: parameter.longest, dir: "auto", autocomplete: "off", "data-parameter": parameter.name });
  let resting = 0;
  input.addEventListener("input", () => {
    on.input(input.value);
    clearTimeout(resting);
    resting = setTimeout(() => on.change(), TYPED_MS);
  });
  input.addEventListener("change", () => {
    clearTimeout(resting);
    on.change();
  });
  const element = make("label", { class: "stack-label" }, make("span", { class: "slider-label" }, parameter.label), input);
  return { element, set: (value) => document.activeElement !== input && (input.value = value) };
}

function color(parameter, on) {
  const input = make("input", { type: "color", class: "color-well", "data-parameter": parameter.name });
  input.addEventListener("input", () => on.input(input.value));
  input.addEventListener("change", () => on.change());
  return { element: make("label", { class: "color-row" }, make("span", {}, parameter.label), input), set: (value) => (input.value = value) };
}

const BUILDERS = { number, choice, switch: toggle, text, color };
