// While a blurred copy of a photo is being made, the server answers a drawing as a 404 (albums/veil_pictures.py). Asked
// again, less and less often, until the copy is there; then it takes the drawing's place.
import { gettext } from "./words.js";

const PAUSES_MS = [1500, 2000, 3000, 5000, 8000, 15_000, 30_000, 60_000];
const HAS_VEIL = /[?&]v=[1-9]/;
const looks = new Map(); // address -> what is known about it

const again = (url) => `${url}&again`; // another address, as browsers keep what they have shown on a page
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// What a browser has in its cache is not asked for again; the drawing is never kept there.
async function isMissing(url) {
  try {
    const response = await fetch(url, { headers: { Accept: "image/*" } });
    await response.blob();
    return response.status === 404;
  } catch {
    return true; // no connection
  }
}

// first: whether the drawing is shown; come: whether the copy came after it.
function lookFor(url) {
  const first = isMissing(url);
  return { first, come: first.then((isDrawing) => isDrawing && wait(url)) };
}

async function wait(url) {
  for (const pause of PAUSES_MS) {
    await sleep(pause);
    if (!(await isMissing(again(url)))) return true;
  }
  looks.delete(url); // its file can't be read, or nobody works: the next visit looks again
  return false;
}

// In the viewer a sentence says why.
function explain(image) {
  const stage = image.closest("[data-stage-slide], [data-shared-stage]");
  if (!stage || stage.querySelector("[data-veil-note]")) return;
  const note = document.createElement("p");
  note.className = "veil-note";
  note.dataset.veilNote = "";
  note.setAttribute("role", "status");
  note.textContent = gettext("Somebody on this photo asked not to be shown. It is being blurred and appears here by itself.");
  stage.append(note);
}

async function look(image) {
  const url = image.currentSrc;
  if (!HAS_VEIL.test(url) || url.includes("&again")) return;
  if (!looks.has(url)) looks.set(url, lookFor(url));
  const { first, come } = looks.get(url);
  if ((await first) && image.currentSrc === url) explain(image);
  if (!(await come) || image.currentSrc !== url) return;
  image.closest("[data-stage-slide], [data-shared-stage]")?.querySelector("[data-veil-note]")?.remove();
  image.srcset = image.srcset.replace(/\?v=\d+[^\s,]*/g, again("$&"));
  image.src = again(image.getAttribute("src"));
}

export function startVeiled() {
  document.addEventListener("load", ({ target }) => target instanceof HTMLImageElement && look(target), { capture: true });
  for (const image of document.images) if (image.complete) look(image);
}
