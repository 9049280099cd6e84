// Edits that were copied in the editor, for the selection bar: they lie in the browser, also of another window.
const CLIPBOARD = "photoroom-edit-copied"; // a list of steps, written by editor/more_menu.js

function copied() {
  try {
    const steps = JSON.parse(localStorage.getItem(CLIPBOARD));
    return Array.isArray(steps) ? steps : [];
  } catch {
    return []; // somebody else's words, or no storage in this window
  }
}

function offer(menu) {
  const button = menu.querySelector("[data-paste-edits]");
  if (!button) return;
  const steps = copied();
  const field = menu.querySelector("[data-paste-recipe]");
  button.hidden = !steps.length;
  field.disabled = button.hidden;
  field.value = button.hidden ? "" : JSON.stringify({ steps });
}

export function startPasting() {
  document.addEventListener("toggle", (event) => event.target.open && event.target.matches?.(".selection-bar [data-menu]") && offer(event.target), true);
}
