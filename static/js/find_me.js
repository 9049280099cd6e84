// Find me: the camera inside the page, pictures made small before they travel, answers without losing one's place.
import { toast, toastsOf } from "./toasts.js";
import { gettext, ngettext } from "./words.js";

const ARRIVED = "photoroom-album-arrived";

const SIDE_PX = 1280;
const QUALITY = 0.9;

// The file input that gets the picture, whether it was taken here or chosen.
function send(form, file) {
  const inputs = [...form.querySelectorAll("[data-selfie]")];
  const transfer = new DataTransfer();
  transfer.items.add(file);
  inputs[0].files = transfer.files;
  for (const input of inputs.slice(1)) input.value = "";
  form.setAttribute("aria-busy", "true");
  form.querySelector("[data-find-sending]").textContent = gettext("Sending your picture …");
  form.requestSubmit();
}

// At most 1,280 px, upright, as JPEG; the source is a picture file's bitmap or a video that plays.
async function shrunken(source, width, height) {
  const scale = Math.min(1, SIDE_PX / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new Error("no picture");
  return { canvas, file: new File([blob], "selfie.jpg", { type: "image/jpeg" }) };
}

async function choose(input) {
  const [file] = input.files;
  if (!file) return;
  let small = file; // what the browser can't read (HEIC) goes as it is
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    small = (await shrunken(bitmap, bitmap.width, bitmap.height)).file;
    bitmap.close();
  } catch {
    small = file;
  }
  send(input.form, small);
}

class Camera {
  #dialog;
  #form;
  #stream = null;
  #facing = "user";
  isRefused = false;

  constructor(dialog, form) {
    this.#dialog = dialog;
    this.#form = form;
    dialog.addEventListener("close", () => this.#onClose());
    dialog.addEventListener("click", (event) => this.#onClick(event));
    addEventListener("pagehide", () => this.#stop());
  }

  #part(name) {
    return this.#dialog.querySelector(`[data-camera-${name}]`);
  }

  async open() {
    this.#part("still").hidden = true;
    this.#part("video").hidden = false;
    this.#say("");
    this.#dialog.showModal();
    await this.#play();
  }

  #say(words) {
    this.#part("words").textContent = words;
  }

  async #play() {
    this.#stop();
    this.#part("shutter").disabled = true;
    const video = this.#part("video");
    try {
      const wanted = { facingMode: this.#facing, width: { ideal: SIDE_PX }, height: { ideal: 960 } };
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      if (!this.#dialog.open) return this.#stop();
      video.srcObject = this.#stream;
      await video.play();
    } catch {
      return this.#refused();
    }
    const facing = this.#stream?.getVideoTracks()[0].getSettings().facingMode;
    this.#dialog.classList.toggle("is-mirrored", facing !== "environment");
    this.#say(gettext("Your face in the oval, light in front of you."));
    this.#part("shutter").disabled = false;
    this.#part("shutter").focus();
    return this.#offerOther();
  }

  async #offerOther() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.#part("switch").hidden = devices.filter(({ kind }) => kind === "videoinput").length < 2;
    this.#part("space").hidden = !this.#part("switch").hidden;
  }

  #onClose() {
    this.#stop();
    this.#form.querySelector(this.isRefused ? "[data-selfie]:not([capture])" : "[data-selfie][capture]").focus();
  }

  // No camera, or no leave to use it: a picture can be chosen all the same.
  #refused() {
    if (!this.#dialog.open) return;
    this.isRefused = true; // from now on the button opens what the browser has for taking or choosing a picture
    this.#dialog.close();
    toast(gettext("The camera is not available. Choose a picture instead."));
  }

  #stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#part("video").srcObject = null;
  }

  async #take() {
    const video = this.#part("video");
    if (!video.videoWidth) return;
    const { canvas, file } = await shrunken(video, video.videoWidth, video.videoHeight);
    const still = this.#part("still");
    [still.width, still.height] = [canvas.width, canvas.height];
    still.getContext("2d").drawImage(canvas, 0, 0);
    [still.hidden, video.hidden] = [false, true];
    this.#stop();
    for (const button of this.#dialog.querySelectorAll("button")) button.disabled = true;
    this.#say(gettext("Sending your picture …"));
    send(this.#form, file);
  }

  #onClick(event) {
    if (event.target.closest("[data-camera-close]")) this.#dialog.close();
    else if (event.target.closest("[data-camera-shutter]")) this.#take();
    else if (event.target.closest("[data-camera-switch]")) {
      this.#facing = this.#facing === "user" ? "environment" : "user";
      this.#play();
    }
  }
}

const cameras = new WeakMap();

function cameraOf(form) {
  const dialog = document.querySelector("[data-camera]");
  if (!cameras.has(dialog)) cameras.set(dialog, new Camera(dialog, form));
  return cameras.get(dialog);
}

// How many photos the button is about: two ticked faces of one photo are one photo.
function count(form) {
  const photos = new Set([...form.querySelectorAll("[name=faces]:checked")].map(({ dataset }) => dataset.photo));
  const words = photos.size ? ngettext("These are right: {count} photo", "These are right: {count} photos", photos.size) : gettext("None of these is right");
  form.querySelector("[data-sure-words]").textContent = words;
}

async function answer(form, button) {
  const section = form.closest("[data-maybe]");
  const card = form.closest("[data-maybe-face]");
  if (card.classList.contains("is-answered")) return;
  card.classList.add("is-answered");
  const response = await fetch(button.getAttribute("formaction") ?? form.action, { method: "POST", body: new FormData(form) });
  if (!response.ok) throw new Error("refused");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[data-maybe]");
  toastsOf(page);
  if (!fresh && !document.querySelector("[data-sure]")) return location.replace(response.url.split("#")[0]);
  renew(page);
  if (fresh) section.replaceWith(document.adoptNode(fresh));
  else section.remove();
  focusFirst();
}

// What else on the page counts photos: the parts of the album and the download. The grid grows with the next visit.
function renew(page) {
  for (const name of [".segments", "[data-album-bar]", "[data-album-count]"]) {
    const [old, fresh] = [document.querySelector(name), page.querySelector(name)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
}

// The yes is sent from where one stands, and the camera opens with the same tap.
async function agree(form) {
  const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
  if (!response.ok) throw new Error("refused");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const [area, fresh] = [document.querySelector("[data-find-area]"), page.querySelector("[data-find-area]")];
  const start = fresh?.querySelector("[data-find-form]");
  if (!area || !start) return location.replace(response.url);
  toastsOf(page);
  area.replaceWith(document.adoptNode(fresh));
  if (hasCamera()) return cameraOf(start).open();
  return start.querySelector("[data-selfie]").focus();
}

function focusFirst() {
  const next = document.querySelector("[data-maybe-face] button") ?? document.querySelector("[data-find-title]");
  next?.focus();
}

function onKey(event) {
  if (!["y", "n"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open], [data-viewer]") || event.target.closest?.("input:not([type=checkbox]), textarea, select")) return;
  const card = event.target.closest?.("[data-maybe-face]") ?? document.querySelector("[data-maybe-face]");
  const button = card?.querySelector(`[data-answer="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
}

const hasCamera = () => Boolean(isSecureContext && navigator.mediaDevices?.getUserMedia);

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-camera-open]");
  if (!opener || !hasCamera()) return;
  const camera = cameraOf(opener.closest("form"));
  if (camera.isRefused) return;
  event.preventDefault();
  camera.open();
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-selfie]")) choose(target);
  else if (target.matches("[data-sure] [name=faces]")) count(target.form);
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-consent-form]") && !event.target.querySelector("[data-consent-then]")) {
    event.preventDefault();
    agree(event.target).catch(() => location.reload());
    return;
  }
  if (!event.target.matches("[data-maybe-form]")) return;
  event.preventDefault();
  const button = event.submitter ?? event.target.querySelector("button");
  answer(event.target, button).catch(() => location.reload());
});

document.addEventListener("keydown", onKey);

// The album came by itself, not by a link: the focus goes to its title, as if one had gone there.
if (sessionStorage.getItem(ARRIVED)) {
  sessionStorage.removeItem(ARRIVED);
  const title = document.querySelector("h1");
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
}

// Who comes back by the back button sees what is true now, not a form that is still sending.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

// What was found has come: who reads with their ears is told by its title.
document.addEventListener("htmx:after:swap", () => {
  const arrived = document.querySelector("[data-find-arrived]");
  if (arrived) {
    sessionStorage.setItem(ARRIVED, "1");
    return location.replace(arrived.dataset.findArrived);
  }
  const title = document.querySelector("[data-find-me]:not([hx-get]) [data-find-title]");
  if (title && (document.activeElement === document.body || !document.activeElement)) title.focus({ preventScroll: true });
  return undefined;
});
