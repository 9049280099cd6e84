// Label faces: who is this? By keys, by thumb, by typing a name.
import { Asking, listenForKeys } from "./asking.js";
import { forgetNames } from "./names.js";
import { forwardKey } from "./words.js";

const CHOICES = 9;

function showProgress(fresh) {
  const old = document.querySelector("[data-label-progress]");
  if (!fresh || !old) return;
  const { scrollLeft } = old;
  old.replaceWith(fresh);
  fresh.scrollLeft = scrollLeft;
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[data-label-progress]");
}

function onTold(told, answer) {
  if (told.progress) showProgress(document.adoptNode(parsed(told.progress)));
  const person = answer.fields.find(([name]) => name === "person")?.[1];
  const count = document.querySelector(`[data-label-progress] [data-person="${person}"] .numbers`);
  if (count) asking.note(answer, count.textContent);
  if (answer.fields.some(([name]) => name === "name")) forgetNames();
}

function openName(asking) {
  const field = asking.card?.querySelector("[data-names]");
  field?.focus();
  return Boolean(field);
}

function keysOf(asking) {
  const keys = {
    Enter: () => asking.press("[data-label-choice].is-sure"),
    " ": () => asking.press("[data-label-skip]"),
    [forwardKey]: () => asking.press("[data-label-skip]"),
    x: () => asking.press("[data-label-no]"),
    u: () => asking.undo() ?? true,
    n: () => openName(asking),
    "?": () => document.getElementById("label-keys").showModal() ?? true,
    // Any other letter begins a name; the letter itself then goes into the field.
    other: ({ key }) => {
      if (/^\p{L}$/u.test(key)) openName(asking);
      return false;
    },
  };
  for (let number = 1; number <= CHOICES; number += 1) {
    keys[number] = () => asking.press(`[data-label-choice]:nth-of-type(${number})`);
  }
  return keys;
}

const root = document.querySelector("[data-label]");
const asking = new Asking(root, { onTold, onPage: (page) => showProgress(page.querySelector("[data-label-progress]")) });
listenForKeys(keysOf(asking));
document.querySelector("[data-label-help]").hidden = false;
// Esc leaves the name field, and the keys work again.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.matches?.("[data-label] [data-names]")) return;
  event.target.value = "";
  asking.card?.focus();
});
