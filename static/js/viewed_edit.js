// What the viewer does with edits: turns the photo by a key, shows what it was before, goes back to that.
import { api } from "./api.js";
import { refreshPhotos } from "./grid.js";
import { toast } from "./toasts.js";
import { gettext } from "./words.js";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 3000;
const watched = new Set(); // ids of photos whose copies are being made
// Id of a photo -> by how many quarters it was turned and does not show yet, how many of them the page that comes will show,
// how many turns were asked for, and how many of those have no answer yet.
const turns = new Map();

let said = null;

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const addressOf = ({ dataset }) => `${document.body.dataset.roomApi}photos/${dataset.photo}/edit/`;
const turnOf = (photo) => {
  if (!turns.has(photo)) turns.set(photo, { quarters: 0, made: 0, asked: 0, sending: 0 });
  return turns.get(photo);
};
const imageOf = (viewer) => viewer.querySelector("[data-stage-slide] > img");

// Asks until the copies of a photo are there, and then has it shown; `reload(photo)` fetches its page anew.
async function watch(viewer, reload) {
  const { photo } = viewer.dataset;
  if (watched.has(photo)) return;
  watched.add(photo);
  const turned = turnOf(photo);
  let [found, asked] = [{ state: "waiting" }, 0];
  try {
    // what came of an earlier turn is not shown while another one is on its way
    const isOver = () => found.state !== "waiting" && !turned.sending && asked === turned.asked;
    for (let pause = FIRST_PAUSE_MS; !isOver(); pause = Math.min(1.4 * pause, LONGEST_PAUSE_MS)) {
      await sleep(pause);
      asked = turned.asked;
      found = await api("GET", addressOf(viewer));
    }
  } catch {
    return; // no connection, or it was deleted: the page says so when it is opened again
  } finally {
    watched.delete(photo);
  }
  turned.made = turned.quarters; // the page that comes shows so many
  if (found.state === "failed") toast(found.failure);
  refreshPhotos([photo]);
  reload(photo);
}

// At once, before there is a copy: as large as it fits.
function lie(viewer) {
  const image = imageOf(viewer);
  const { quarters } = turnOf(viewer.dataset.photo);
  if (!image) return;
  const { clientWidth: width, clientHeight: height } = viewer.querySelector("[data-stage]");
  const { width: wide, height: high } = viewer.dataset;
  const fits = (x, y) => Math.min(width / x, height / y);
  const scale = quarters % 2 ? fits(high, wide) / fits(wide, high) : 1;
  image.style.transform = quarters ? `rotate(${quarters * 90}deg) scale(${scale})` : "";
}

// Turns the photo as it is shown to the right (1) or to the left (-1).
export async function turn(viewer, way, reload) {
  const { photo } = viewer.dataset;
  if (!("mayEdit" in viewer.dataset)) return toast(gettext("This photo can’t be edited by you."));
  const { roomApi } = document.body.dataset;
  const turned = turnOf(photo);
  turned.quarters += way;
  turned.asked += 1;
  turned.sending += 1;
  lie(viewer);
  let batch;
  try {
    batch = await api("POST", `${roomApi}edits/`, { photos: [Number(photo)], quarters: way > 0 ? 1 : 3 });
  } catch (error) {
    turned.quarters -= way;
    lie(viewer);
    return toast(error.message);
  } finally {
    turned.sending -= 1;
  }
  said?.remove(); // of several turns the last one is said
  said = toast(way > 0 ? gettext("Turned to the right.") : gettext("Turned to the left."), {
    action: gettext("Undo"),
    onAction: () => undo(viewer, `${roomApi}edits/${batch.id}/undo/`, reload),
  });
  watch(viewer, reload);
}

async function undo(viewer, url, reload, body) {
  try {
    await api("POST", url, body);
  } catch (error) {
    return toast(error.message);
  }
  watch(viewer, reload);
}

async function revert(viewer, reload) {
  const url = addressOf(viewer);
  try {
    const { number } = await api("GET", url);
    const { number: base } = await api("POST", `${url}revert/`, { base: number });
    toast(gettext("The original is shown again."), {
      action: gettext("Undo"),
      onAction: () => undo(viewer, `${url}undo/`, reload, { base }),
    });
  } catch (error) {
    return toast(error.message);
  }
  watch(viewer, reload);
}

// What it was before, for as long as the button is held or until it is pressed again.
function showOriginal(viewer, button, isWanted) {
  const image = imageOf(viewer);
  if (!image || (button.getAttribute("aria-pressed") === "true") === isWanted) return;
  button.setAttribute("aria-pressed", String(isWanted));
  viewer.classList.toggle("shows-original", isWanted);
  if (isWanted) {
    image.dataset.shown = JSON.stringify([image.getAttribute("src"), image.getAttribute("srcset")]);
    image.removeAttribute("srcset");
    image.src = button.dataset.showOriginal;
  } else {
    const [src, srcset] = JSON.parse(image.dataset.shown);
    if (srcset) image.srcset = srcset;
    image.src = src;
  }
}

const HOLD_MS = 350; // longer is held, and lets go with the finger

export function prepareEdit(viewer, reload) {
  const turned = turnOf(viewer.dataset.photo);
  turned.quarters -= turned.made;
  turned.made = 0;
  lie(viewer);
  if (viewer.querySelector("[data-edit-waiting]")) watch(viewer, reload);
  viewer.querySelector("[data-edit-revert]")?.addEventListener("click", () => revert(viewer, reload));
  const button = viewer.querySelector("[data-show-original]");
  if (!button) return;
  let since = 0;
  button.addEventListener("pointerdown", ({ timeStamp }) => {
    const isShown = button.getAttribute("aria-pressed") === "true";
    since = isShown ? 0 : timeStamp; // of the finger: a busy page hears of it later
    if (!isShown) showOriginal(viewer, button, true);
  });
  const letGo = ({ timeStamp }) => {
    if (since && timeStamp - since > HOLD_MS) showOriginal(viewer, button, false);
  };
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(name, letGo);
  button.addEventListener("click", (event) => {
    const isKey = event.detail === 0;
    const wasOpened = since && !isKey; // this very press has shown it
    if (!wasOpened) showOriginal(viewer, button, button.getAttribute("aria-pressed") !== "true");
    since = 0;
  });
}
