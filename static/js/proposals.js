// All faces that are probably one person: yes or no to each, or to all above a line.
import { Answers } from "./answers.js";
import { fetchPage } from "./api.js";
import { toast } from "./toasts.js";
import { backwardKey, formatNumber, forwardKey, gettext, ngettext } from "./words.js";

const root = document.querySelector("[data-proposals]");
const list = root.querySelector("[data-proposals-list]");
const { name } = root.dataset;
const counts = root.dataset.counts.split(",").map(Number); // at 0 %, 1 % ... or more
const answers = new Answers();
const past = [];
const known = new Set([...root.querySelectorAll(".proposal")].map((card) => card.dataset.proposal));
let total = Number(root.dataset.total);
let notice = null;

const faces = (count) => ngettext("{count} face", "{count} faces", count);
const cards = () => [...list.querySelectorAll(".proposal")];
const percentOf = (card) => Number(card.dataset.percent);
const isSecond = (card) => "second" in card.dataset; // another face on the same photo is likelier
const isAbove = (card, line) => percentOf(card) >= line && !isSecond(card);
const lineAt = () => Number(root.querySelector("[data-line-range]").value);

// The line: how many lie above, and where it runs through the list.
const divider = document.createElement("li");
divider.className = "proposal-line numbers";
divider.ariaHidden = "true";

function drawLine() {
  const line = lineAt();
  const above = counts[line];
  const button = root.querySelector("[data-line-accept]");
  button.value = String(line);
  button.disabled = above === 0;
  button.textContent = above ? ngettext("Accept {count} face at {line} % or more", "Accept {count} faces at {line} % or more", above, { line }) : gettext("No face at {line} % or more", { line });
  root.querySelector("[data-line-at]").textContent = `${line} %`;
  root.querySelector("[data-line-range]").setAttribute("aria-valuetext", `${line} %, ${faces(above)}`);
  const first = cards().find((card) => percentOf(card) >= line);
  divider.textContent = gettext("{line} % or more: {faces}", { line, faces: faces(above) });
  divider.hidden = above === 0 || (!first && Boolean(root.querySelector("[data-proposals-more]")));
  list.insertBefore(divider, first ?? null);
  for (const card of cards()) card.classList.toggle("is-above", isAbove(card, line));
}

function count(card, step) {
  total += step;
  if (isSecond(card)) return;
  for (let at = 0; at <= percentOf(card); at += 1) counts[at] += step;
}

// The likeliest face of a photo is not this person: the next one takes its place.
function promote({ dataset: { photo } }) {
  const next = cards().filter((card) => card.dataset.photo === photo).at(-1);
  if (!next || !isSecond(next)) return;
  count(next, -1);
  delete next.dataset.second;
  next.querySelector("[data-second-note]")?.remove();
  count(next, 1);
}

function draw() {
  const isEmpty = total <= 0 || (cards().length === 0 && !root.querySelector("[data-proposals-more]"));
  root.querySelector("[data-proposals-total]").textContent = formatNumber(total);
  root.querySelector("[data-proposals-empty]").hidden = !isEmpty;
  root.querySelector("[data-line]").hidden = isEmpty;
  drawLine();
  if (isEmpty) root.querySelector("[data-proposals-empty]").focus();
}

function say(text, onAction) {
  notice?.remove();
  notice = toast(text, { action: gettext("Undo"), onAction });
}

function answerOne(form, button) {
  const card = button.closest(".proposal");
  const next = card.nextElementSibling === divider ? divider.nextElementSibling : card.nextElementSibling;
  const neighbor = next ?? cards().filter((other) => other !== card).at(-1);
  const isYes = button.matches(".proposal-yes");
  const entry = {
    answer: answers.add(form.action, new FormData(form, button)),
    putBack: () => {
      putBack(card);
      count(card, 1);
      card.focus();
    },
  };
  past.push(entry);
  count(card, -1);
  card.remove();
  if (!isYes && !isSecond(card)) promote(card);
  neighbor?.focus();
  draw();
  say(isYes ? gettext("This is {name}.", { name }) : gettext("This is not {name}.", { name }), () => undo(entry));
  if (cards().length < 12) more();
}

function undo(entry = past.at(-1)) {
  const at = past.indexOf(entry);
  if (at < 0) return;
  past.splice(at, 1);
  notice?.remove();
  answers.undo(entry.answer);
  entry.putBack();
  draw();
}

function putBack(card) {
  const later = cards().find((other) => percentOf(other) > percentOf(card));
  list.insertBefore(card, later ?? null);
}

function acceptAbove(form, button) {
  const line = Number(button.value);
  const taken = counts[line];
  const gone = cards().filter((card) => isAbove(card, line));
  const before = [...counts];
  const entry = {
    answer: answers.add(form.action, new FormData(form, button)),
    putBack: () => {
      for (const card of gone) putBack(card);
      total += taken;
      counts.splice(0, counts.length, ...before);
    },
  };
  past.push(entry);
  for (const card of gone) card.remove();
  total -= taken;
  for (let at = 0; at <= 100; at += 1) counts[at] = at < line ? counts[at] - taken : 0;
  draw();
  say(ngettext("{count} face accepted as {name}.", "{count} faces accepted as {name}.", taken, { name }), () => undo(entry));
  if (cards().length < 12) more();
}

let fetching = null;
function more() {
  const link = root.querySelector("[data-proposals-more] a");
  if (!link) return;
  fetching ??= fetchPage(link.href)
    .then((page) => {
      for (const card of page.querySelectorAll(".proposal")) {
        if (known.has(card.dataset.proposal)) continue;
        known.add(card.dataset.proposal);
        list.append(document.adoptNode(card));
      }
      const next = page.querySelector("[data-proposals-more] a");
      if (next) link.setAttribute("href", next.getAttribute("href"));
      else link.parentElement.remove();
      draw();
    })
    .catch((error) => toast(error.message))
    .finally(() => {
      fetching = null;
    });
}

// The card beside, above or below in the grid.
function neighborOf(card, key) {
  const all = cards();
  const at = all.indexOf(card);
  if (at < 0) return all[0];
  if (key === forwardKey) return all[at + 1];
  if (key === backwardKey) return all[at - 1];
  const rows = key === "ArrowDown" ? all.slice(at + 1) : all.slice(0, at).reverse();
  const { offsetTop, offsetLeft } = card;
  const inOtherRow = rows.filter((other) => other.offsetTop !== offsetTop);
  const row = inOtherRow.filter((other) => other.offsetTop === inOtherRow[0].offsetTop);
  return row.sort((a, b) => Math.abs(a.offsetLeft - offsetLeft) - Math.abs(b.offsetLeft - offsetLeft))[0];
}

function onKey(event) {
  const isUndo = (event.ctrlKey || event.metaKey) && event.key === "z";
  if (event.altKey || ((event.ctrlKey || event.metaKey) && !isUndo) || event.target.matches?.("input")) return;
  const card = event.target.closest?.(".proposal");
  if (event.key.startsWith("Arrow")) {
    if (!card && event.target !== document.body) return;
    const next = neighborOf(card, event.key);
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "y" || event.key === "n") {
    if (card) card.querySelector(event.key === "y" ? ".proposal-yes" : ".proposal-no").click();
    else cards()[0]?.focus();
  } else if (event.key === "u" || isUndo) undo();
  else return;
  event.preventDefault();
}

// Where the line is at first: at 80 %, or lower where nothing lies above that.
function firstLine() {
  return [80, 60, 40].find((line) => counts[line] > 0) ?? 80;
}

function start() {
  root.querySelector("[data-line-range]").value = String(firstLine());
  root.querySelector("[data-line-presets]").remove();
  root.querySelector("[data-line-slide]").hidden = false;
  root.querySelector("[data-line-accept]").hidden = false;
  root.querySelector("[data-line-range]").addEventListener("input", drawLine);
  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.matches(".proposal button, [data-line-accept]")) return;
    event.preventDefault();
    if (button.matches("[data-line-accept]")) acceptAbove(event.target, button);
    else answerOne(event.target, button);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-proposals-more] a")) return;
    event.preventDefault();
    more();
  });
  const last = root.querySelector("[data-proposals-more]");
  if (last) new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && more(), { rootMargin: "600px" }).observe(last);
  drawLine();
}

if (list) start();
