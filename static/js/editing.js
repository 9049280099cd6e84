// Edits of many photos from a grid: begun without leaving the page, shown as they come, stopped and taken back.
import { api } from "./api.js";
import { refreshPhotos } from "./grid.js";
import { closeMenus } from "./menus.js";
import { chosenIn, clear } from "./selection.js";
import { toast } from "./toasts.js";
import { gettext, ngettext } from "./words.js";

const begun = new Map(); // batches of this page that are under way: id -> the message that says so

const line = () => document.getElementById("edits-under-way");
const addressOf = (id, verb) => `${document.body.dataset.roomApi}edits/${id}/${verb ? `${verb}/` : ""}`;

// What each button of the menu wants; null where the page has to be left.
function wishOf(button, form) {
  switch (button.value) {
    case "enhance": return { enhance: true };
    case "left": return { quarters: 3 };
    case "right": return { quarters: 1 };
    case "revert": return { revert: true };
    case "paste": return { recipe: JSON.parse(form.elements.recipe.value) };
    default: return null;
  }
}

// Says how far it is; from then on the line asks by itself.
function askForProgress() {
  const shown = line();
  if (shown) globalThis.htmx?.ajax("GET", shown.dataset.url, { target: "#edits-under-way", swap: "outerHTML" });
}

function say(text, batch) {
  return toast(text, batch && { action: gettext("Undo"), onAction: () => undo(batch) });
}

let isBeginning = false; // a second click would turn the same photos once more

async function begin(root, wish) {
  if (isBeginning) return;
  isBeginning = true;
  closeMenus();
  const photos = [...chosenIn(root)];
  let batch;
  try {
    batch = await api("POST", `${document.body.dataset.roomApi}edits/`, { photos, ...wish });
  } catch (error) {
    toast(error.message);
    return;
  } finally {
    isBeginning = false;
  }
  clear(root);
  const left = photos.length - batch.total;
  const parts = [wish.revert
    ? ngettext("{count} photo shows its original again.", "{count} photos show their originals again.", batch.total)
    : ngettext("Editing {count} photo.", "Editing {count} photos.", batch.total)];
  if (left) parts.push(ngettext("{count} stays as it is.", "{count} stay as they are.", left));
  const message = say(parts.join(" "), batch);
  if (batch.waiting) begun.set(batch.id, message);
  else refreshPhotos();
  askForProgress();
}

async function undo({ id }) {
  begun.delete(id);
  try {
    await api("POST", addressOf(id, "undo"));
    toast(gettext("Undone: these photos look as before, except those that somebody has edited since."));
  } catch (error) {
    toast(error.message);
  }
  refreshPhotos();
  askForProgress();
}

async function stop(id) {
  begun.get(id)?.remove();
  begun.delete(id);
  try {
    const batch = await api("POST", addressOf(id, "cancel"));
    say(gettext("Stopped. What was done already stays; undo takes it back, too."), batch);
  } catch (error) {
    toast(error.message);
  }
  refreshPhotos();
  askForProgress();
}

// What came of the batches that were begun here, once nothing of them waits; the way back is offered once more.
async function tellEnds() {
  const still = line()?.dataset.batches.split(" ") ?? [];
  for (const [id, message] of begun) {
    if (still.includes(id)) continue;
    begun.delete(id);
    const batch = await api("GET", addressOf(id)).catch(() => null); // the page of all edits knows
    if (!batch || batch.undone_at || batch.cancelled_at) continue;
    message.remove();
    const parts = [];
    if (batch.done) parts.push(ngettext("{count} photo is edited.", "{count} photos are edited.", batch.done));
    if (batch.same) parts.push(ngettext("{count} is good as it is.", "{count} are good as they are.", batch.same));
    if (parts.length) say(parts.join(" "), batch.done ? batch : null);
  }
}

let waiting = 0;

function onSwap() {
  const now = Number(line()?.dataset.waiting ?? 0);
  if (now === waiting) return;
  refreshPhotos();
  if (now < waiting) tellEnds();
  waiting = now;
}

export function startEditing() {
  waiting = Number(line()?.dataset.waiting ?? 0);
  document.addEventListener("htmx:after:swap", onSwap);
  document.addEventListener("submit", (event) => {
    const root = event.target.closest("[data-grid]");
    const wish = root && event.submitter?.name === "deed" ? wishOf(event.submitter, root) : null;
    const stopped = event.target.dataset.editsStop;
    if (!wish && !stopped) return;
    event.preventDefault();
    if (wish) begin(root, wish);
    else stop(stopped);
  });
}
