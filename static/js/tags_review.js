// Checking tags: yes or no to each, or to many at once, with the keyboard or a thumb.
import { Answers } from "./answers.js";
import { fetchPage } from "./api.js";
import { toast } from "./toasts.js";
import { backwardKey, formatNumber, forwardKey, gettext, ngettext } from "./words.js";

const root = document.querySelector("[data-review]");
const form = root.querySelector("[data-review-form]");
const list = root.querySelector("[data-review-list]");
const answers = new Answers();
const past = [];
const known = new Set();
let total = Number(root.dataset.total);
let notice = null;
let lastTick = null;
let fetching = null;

const cards = () => [...list.querySelectorAll(".review-card")];
const tickOf = (card) => card.querySelector("[data-review-tick]");
const chosen = () => cards().filter((card) => tickOf(card).checked);

function draw() {
  const isEmpty = cards().length === 0 && !list.querySelector("[data-review-more]");
  const left = Math.max(0, total);
  root.querySelector("[data-review-lead]").textContent = ngettext("{count} tag to check.", "{count} tags to check, the least certain first.", left);
  root.querySelector("[data-review-empty]").hidden = !isEmpty;
  root.querySelector("[data-review-bar]").hidden = isEmpty;
  drawBar();
  if (isEmpty) root.querySelector("[data-review-empty]").focus();
}

function drawBar() {
  const count = chosen().length;
  for (const card of cards()) card.classList.toggle("is-chosen", tickOf(card).checked);
  root.querySelector("[data-review-clear]").hidden = count === 0;
  const counter = root.querySelector("[data-review-count]");
  counter.hidden = count === 0;
  counter.textContent = formatNumber(count);
  root.querySelector('[data-review-many="wrong"] span').textContent = count ? gettext("Wrong") : gettext("All wrong");
  root.querySelector('[data-review-many="right"] span').textContent = count ? gettext("Right") : gettext("All of these are right");
}

function prepare(card) {
  known.add(card.dataset.row);
  card.querySelector(".review-tick").hidden = false;
}

function say(text, onAction) {
  notice?.remove();
  notice = toast(text, { action: gettext("Undo"), onAction });
}

function told(some, isRight) {
  const { length } = some;
  if (length > 1) return isRight ? ngettext("{count} tag: right.", "{count} tags: right.", length) : ngettext("{count} tag: removed.", "{count} tags: removed.", length);
  const word = some[0].querySelector(".review-name").textContent;
  return isRight ? gettext("“{word}”: right.", { word }) : gettext("“{word}”: removed.", { word });
}

// Answers for some cards at once; they go away and can come back.
function decide(some, isRight) {
  if (some.length === 0) return;
  const all = cards();
  const places = some.map((card) => ({ card, next: all[all.indexOf(card) + 1] }));
  const last = all.indexOf(some.at(-1));
  const neighbor = all.slice(last + 1).find((card) => !some.includes(card)) ?? all.slice(0, last).findLast((card) => !some.includes(card));
  const hadFocus = some.some((card) => card.contains(document.activeElement));
  const fields = new FormData();
  for (const card of some) fields.append(isRight ? "right" : "wrong", card.dataset.row);
  const entry = { answer: answers.add(form.action, fields), places };
  past.push(entry);
  for (const card of some) {
    tickOf(card).checked = false;
    card.remove();
  }
  total -= some.length;
  if (hadFocus || some.length === 1) neighbor?.focus();
  draw();
  say(told(some, isRight), () => undo(entry));
  if (cards().length < 12) more();
}

function undo(entry = past.at(-1)) {
  const at = past.indexOf(entry);
  if (at < 0) return;
  past.splice(at, 1);
  notice?.remove();
  answers.undo(entry.answer);
  for (const { card, next } of [...entry.places].reverse()) list.insertBefore(card, next?.parentNode === list ? next : list.firstChild);
  total += entry.places.length;
  draw();
  entry.places[0].card.focus();
}

function more() {
  const link = list.querySelector("[data-review-more] a");
  if (!link) return;
  fetching ??= fetchPage(link.href)
    .then((page) => {
      list.querySelector("[data-review-more]")?.remove();
      for (const item of page.querySelectorAll("[data-review-list] > li")) {
        if (item.dataset.row && known.has(item.dataset.row)) continue;
        const added = list.appendChild(document.adoptNode(item));
        if (added.dataset.row) prepare(added);
      }
      watch();
      draw();
    })
    .catch((error) => toast(error.message))
    .finally(() => {
      fetching = null;
    });
}

const observer = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && more(), { rootMargin: "600px" });

function watch() {
  observer.disconnect();
  const last = list.querySelector("[data-review-more]");
  if (last) observer.observe(last);
}

// The card beside, above or below in the grid.
function neighborOf(card, key) {
  const all = cards();
  const at = all.indexOf(card);
  if (at < 0) return all[0];
  if (key === forwardKey) return all[at + 1];
  if (key === backwardKey) return all[at - 1];
  const rest = key === "ArrowDown" ? all.slice(at + 1) : all.slice(0, at).reverse();
  const inOtherRow = rest.filter((other) => other.offsetTop !== card.offsetTop);
  const row = inOtherRow.filter((other) => other.offsetTop === inOtherRow[0].offsetTop);
  return row.sort((a, b) => Math.abs(a.offsetLeft - card.offsetLeft) - Math.abs(b.offsetLeft - card.offsetLeft))[0];
}

function focus(card) {
  card?.focus();
  card?.scrollIntoView({ block: "nearest" });
}

function choose(card, isRange) {
  const all = cards();
  const tick = tickOf(card);
  if (isRange && lastTick?.isConnected) {
    const [from, to] = [all.indexOf(lastTick), all.indexOf(card)].sort((a, b) => a - b);
    for (const other of all.slice(from, to + 1)) tickOf(other).checked = tick.checked;
  }
  lastTick = card;
  drawBar();
}

function onKey(event) {
  const isUndo = (event.ctrlKey || event.metaKey) && event.key === "z";
  if (event.altKey || ((event.ctrlKey || event.metaKey) && !isUndo)) return;
  const card = event.target.closest?.(".review-card");
  if (event.key.startsWith("Arrow")) {
    if (!card && event.target !== document.body) return;
    focus(neighborOf(card, event.key));
  } else if (event.key === "y" || event.key === "n") {
    const some = chosen().length ? chosen() : [card].filter(Boolean);
    if (some.length) decide(some, event.key === "y");
    else focus(cards()[0]);
  } else if (event.key === "s") focus(card ? neighborOf(card, forwardKey) : cards()[0]);
  else if (event.key === "x" && card) {
    tickOf(card).checked = !tickOf(card).checked;
    choose(card, false);
  } else if (event.key === "Escape" && chosen().length) clear();
  else if (event.key === "u" || isUndo) undo();
  else return;
  event.preventDefault();
}

function clear() {
  for (const card of cards()) tickOf(card).checked = false;
  drawBar();
}

function start() {
  cards().forEach(prepare);
  document.addEventListener("keydown", onKey);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (button?.dataset.reviewMany) decide(chosen().length ? chosen() : cards(), button.dataset.reviewMany === "right");
    else if (button) decide([button.closest(".review-card")], button.name === "right");
  });
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-review-clear]")) clear();
    else if (event.target.closest("[data-review-more] a")) {
      event.preventDefault();
      more();
    } else if (event.target.matches("[data-review-tick]")) choose(event.target.closest(".review-card"), event.shiftKey);
  });
  watch();
  draw();
}

if (form) start();
