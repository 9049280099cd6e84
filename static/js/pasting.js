// Edits that were copied in the editor, for the selection bar: they lie in the browser, also of another window.
const KEY = "photoroom.recipe"; // { room, photo, recipe }, written by the editor's page

function copied() {
  try {
    return JSON.parse(localStorage.getItem(KEY))?.recipe ?? null;
  } catch {
    return null; // somebody else's words, or no storage in this window
  }
}

function offer(menu) {
  const button = menu.querySelector("[data-paste-edits]");
  if (!button) return;
  const recipe = copied();
  const field = menu.querySelector("[data-paste-recipe]");
  button.hidden = !recipe?.steps?.length;
  field.disabled = button.hidden;
  field.value = button.hidden ? "" : JSON.stringify(recipe);
}

export function startPasting() {
  document.addEventListener("toggle", (event) => event.target.open && event.target.matches?.(".selection-bar [data-menu]") && offer(event.target), true);
}
