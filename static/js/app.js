// Runs on every page: messages, menus, dialogs, copy buttons.
import { startKeyList } from "./keys.js";
import { closeMenus, startMenus } from "./menus.js";
import { startToasts, toast } from "./toasts.js";
import { startVeiled } from "./veiled.js";
import { gettext } from "./words.js";

let pressed = null; // what the finger or mouse came down on: who drags a selection out of a dialog means to stay

document.addEventListener("pointerdown", ({ target }) => (pressed = target), true);

// Beside an open dialog; its own padding is a part of it.
function isBeside({ target, clientX, clientY }) {
  if (!target.matches("dialog")) return false;
  const { left, top, right, bottom } = target.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (dialog) {
      event.preventDefault();
      closeMenus();
      dialog.showModal();
    }
  }
  if (event.target.closest("[data-dialog-close]") || (event.target === pressed && isBeside(event))) {
    event.target.closest("dialog")?.close();
  }
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier.dataset.copy);
});

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(gettext("Copied. Paste it wherever your friends are."));
  } catch {
    copyTheOldWay(text); // no clipboard on a plain http address in the local network
  }
}

function copyTheOldWay(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  toast(isCopied ? gettext("Copied. Paste it wherever your friends are.") : gettext("Copy this yourself: {text}", { text }));
}

for (const input of document.querySelectorAll("[data-autosubmit]")) {
  input.addEventListener("change", () => input.form.requestSubmit());
}

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
}

startToasts();
startMenus();
startKeyList();
startVeiled();
