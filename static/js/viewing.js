// The viewer: opened over the grid, so that uploads and the scroll position stay; the same page as a deep link.
import { api, fetchPage } from "./api.js";
import { startComments, toggleLike } from "./comments.js";
import { closeFaceCard, prepareFaces, startFaces, toggleFaces } from "./faces.js";
import { Gestures } from "./gestures.js";
import { hidePhotos, revealPhoto, showPhotos } from "./grid.js";
import { goOnTyping, MARK_KEYS } from "./marks.js";
import { forgetNames } from "./names.js";
import { canShare, shareNatively } from "./sharing.js";
import { sharpen } from "./sharpen.js";
import { prepareSheet } from "./sheet.js";
import { startTagBoxes } from "./tag_boxes.js";
import { toast, toastsOf } from "./toasts.js";
import { prepareEdit, turn } from "./viewed_edit.js";
import { formatNumber, gettext, isRightToLeft } from "./words.js";

const MOST_PAGES = 24;
const pages = new Map(); // address -> promise of its document
let overlay = null;
let gestures = null;
let drawing = null; // the module that draws faces, once somebody does
let titleBefore = document.title;

const viewerNow = () => document.querySelector("[data-viewer]");
const linkTo = (viewer, where) => viewer.querySelector(`[data-viewer-${where}]`)?.getAttribute("href");

function load(url) {
  if (!pages.has(url)) {
    const page = fetchPage(url);
    page.catch(() => pages.delete(url));
    pages.set(url, page);
    if (pages.size > MOST_PAGES) pages.delete(pages.keys().next().value);
  }
  return pages.get(url);
}

function noticeUnplayable(viewer) {
  const video = viewer.querySelector("video");
  video?.querySelector("source").addEventListener("error", () => {
    viewer.querySelector("[data-stage-unplayable]").hidden = false;
  });
}

// Says what came, also to whoever does not see it. The place for it stays while photos come and go.
function announce(viewer) {
  let place = document.querySelector("[data-viewer-status]");
  if (!place) {
    place = Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });
    place.dataset.viewerStatus = "";
    document.body.append(place);
  }
  place.textContent = viewer.dataset.announce;
}

function prepare(viewer) {
  gestures = new Gestures(viewer.querySelector("[data-stage]"), {
    hasNext: () => Boolean(linkTo(viewer, "next")),
    hasPrevious: () => Boolean(linkTo(viewer, "previous")),
    next: () => go("next"),
    previous: () => go("previous"),
    close,
    up: () => setInfo(viewer, true),
    zoom: () => sharpen(viewer),
    size: () => ({ width: Number(viewer.dataset.width), height: Number(viewer.dataset.height) }),
  });
  for (const element of viewer.querySelectorAll("[data-needs-scripts]")) element.hidden = false;
  for (const element of viewer.querySelectorAll("[data-share-native]")) element.hidden = !canShare();
  prepareSheet(viewer, { close: () => setInfo(viewer, false) });
  drawInfo(viewer);
  prepareFaces(viewer);
  prepareEdit(viewer, showAnew);
  noticeUnplayable(viewer);
  for (const where of ["next", "previous"]) if (linkTo(viewer, where)) load(linkTo(viewer, where));
}

// The button that has the keys, so that the same one of the next photo gets them.
function heldButton(viewer) {
  const held = viewer?.contains(document.activeElement) ? document.activeElement : null;
  const name = held && Object.keys(held.dataset).find((key) => key.startsWith("viewer") || key === "favorite");
  return name ? `[data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}]` : "";
}

// Styles that this page needs and the one below does not have.
function takeStyles(page) {
  for (const link of page.querySelectorAll("link[rel=stylesheet]")) {
    const { href } = Object.assign(document.createElement("link"), { href: link.getAttribute("href") });
    if (![...document.styleSheets].some((sheet) => sheet.href === href)) document.head.append(document.importNode(link));
  }
}

function show(page) {
  takeStyles(page);
  const fresh = document.adoptNode(page.querySelector("[data-viewer]").cloneNode(true));
  const old = viewerNow();
  const held = heldButton(old);
  const isSame = old?.dataset.photo === fresh.dataset.photo;
  const scrolled = isSame ? old.querySelector("[data-sheet]").scrollTop : 0;
  if (old) old.replaceWith(fresh);
  else overlay.replaceChildren(fresh);
  document.title = page.title;
  prepare(fresh);
  const same = held && fresh.querySelector(held);
  (same || fresh.querySelector("[data-viewer-close]")).focus({ preventScroll: true, focusVisible: Boolean(same) });
  fresh.querySelector("[data-sheet]").scrollTop = scrolled;
  if (!isSame) announce(fresh);
  return fresh;
}

// A photo looks different now; whoever has gone on to another one stays there.
function showAnew(photo) {
  pages.clear();
  const viewer = viewerNow();
  if (viewer?.dataset.photo === photo) goTo(viewer.dataset.url);
}

async function go(where) {
  const viewer = viewerNow();
  const url = linkTo(viewer, where);
  if (url) await goTo(url, () => gestures.leave(where === "next" ? 1 : -1));
}

async function goTo(url, leave = () => undefined) {
  const viewer = viewerNow();
  try {
    const [page] = await Promise.all([load(url), leave()]);
    if (viewerNow() !== viewer) return;
    history.replaceState(history.state, "", url);
    show(page);
  } catch {
    location.assign(url);
  }
}

// The page behind the viewer can neither be seen nor reached; messages and the tray of uploads can.
function setBackground(isInert) {
  document.documentElement.classList.toggle("scroll-lock", isInert);
  for (const element of document.body.children) {
    if (!element.matches(".viewer-overlay, .toasts, .tray, [data-viewer-status], dialog, script, template")) element.inert = isInert;
  }
}

async function lay(url, preview) {
  titleBefore = document.title;
  overlay = document.createElement("div");
  overlay.className = "viewer-overlay";
  Object.assign(overlay, { role: "dialog", ariaModal: "true", ariaLabel: gettext("Photo") });
  const waiting = document.createElement("div");
  waiting.className = "viewer viewer-waiting";
  if (preview) {
    preview.className = "stage-photo";
    for (const name of ["sizes", "srcset", "loading"]) preview.removeAttribute(name);
    waiting.append(preview);
  }
  overlay.append(waiting);
  document.body.append(overlay);
  setBackground(true);
  try {
    const page = await load(url);
    if (overlay?.contains(waiting)) show(page);
  } catch {
    location.reload();
  }
}

// From a tile of the grid.
export function open(link) {
  if (overlay) return;
  const url = link.getAttribute("href");
  history.pushState({ isViewer: true }, "", url);
  lay(url, link.querySelector("img:not(.photo-blur)")?.cloneNode());
}

// Back and forward: the viewer closes and opens again.
export function onPop() {
  if (overlay && !history.state?.isViewer) leaveOverlay();
  else if (overlay || document.querySelector("[data-viewer]")) {
    if (viewerNow() && new URL(viewerNow().dataset.url, location.href).pathname !== location.pathname) location.reload();
  } else if (history.state?.isViewer) lay(location.pathname + location.search);
}

async function leaveOverlay() {
  const photo = viewerNow()?.dataset.photo;
  overlay.remove();
  overlay = null;
  document.title = titleBefore;
  document.documentElement.classList.remove("has-viewer-info");
  setBackground(false);
  if (!photo || (document.querySelector("[data-grid]") && (await revealPhoto(photo)))) return;
  const link = document.querySelector(`[data-photo="${photo}"] [data-viewer-link], [data-viewer-link][href*="/photos/${photo}/"]`);
  link?.scrollIntoView({ block: "nearest" });
  link?.focus({ preventScroll: true, focusVisible: false });
}

function close() {
  if (overlay) history.back();
  else location.assign(viewerNow().dataset.back);
}

const isInfoOpen = () => sessionStorage.getItem("photoroom-info") === "1";

function drawInfo(viewer) {
  const isOpen = isInfoOpen();
  document.documentElement.classList.toggle("has-viewer-info", isOpen);
  for (const link of viewer.querySelectorAll(".viewer-bar [data-viewer-info]")) link.setAttribute("aria-expanded", String(isOpen));
  const map = viewer.querySelector("[data-spot-map]");
  if (isOpen && map) import("./spot_map.js").then(({ showSpot }) => showSpot(map)).catch(() => (map.hidden = true));
}

function setInfo(viewer, isOpen) {
  const panel = viewer.querySelector("[data-sheet]");
  const hadFocus = panel.contains(document.activeElement);
  sessionStorage.setItem("photoroom-info", isOpen ? "1" : "0");
  if (!isOpen) panel.classList.remove("is-high");
  drawInfo(viewer);
  if (!isOpen && hadFocus) viewer.querySelector(".viewer-bar [data-viewer-info]").focus();
}

function openComments(viewer) {
  const field = viewer.querySelector("[data-comment-text]");
  if (!field) return;
  setInfo(viewer, true);
  viewer.querySelector("[data-sheet]").classList.add("is-high");
  viewer.querySelector("[data-comments]").scrollIntoView({ block: "nearest" });
  field.focus();
}

// Goes on from a photo that is not there any more.
function goOn(viewer) {
  pages.clear();
  if (linkTo(viewer, "next")) return go("next");
  if (linkTo(viewer, "previous")) return go("previous");
  return close();
}

async function trash(viewer) {
  const { photo, url } = viewer.dataset;
  const { roomApi } = document.body.dataset;
  try {
    await api("POST", `${roomApi}photos/trash/`, { photos: [Number(photo)] });
  } catch (error) {
    return toast(error.message);
  }
  hidePhotos([photo]);
  toast(gettext("1 photo moved to the trash."), {
    action: gettext("Undo"),
    onAction: async () => {
      try {
        await api("POST", `${roomApi}photos/restore/`, { photos: [Number(photo)] });
      } catch (error) {
        return toast(error.message);
      }
      pages.clear();
      showPhotos([photo]);
      if (viewerNow()) goTo(url);
    },
  });
  goOn(viewer);
}

// A form inside the viewer: sent, and the photo's page that comes back takes its place.
async function send(form, viewer, button) {
  const body = new FormData(form, button);
  try {
    const response = await fetch(form.action, { method: "POST", body });
    if (!response.ok) throw new Error("refused");
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    pages.clear();
    forgetNames();
    if (!page.querySelector("[data-viewer]")) return location.assign(response.url);
    toastsOf(page);
    const fresh = show(page);
    showDrawn(fresh, body);
    goOnTyping(form, fresh);
  } catch {
    if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
    form.submit();
  }
}

// A face that was drawn just now is where the keys go on.
function showDrawn(viewer, body) {
  const box = ["x", "y", "width", "height"].map((side) => body.get(side)).join(" ");
  viewer.querySelector(`.face-box[data-box="${box}"]`)?.focus({ preventScroll: true, focusVisible: false });
}

async function addFace(viewer) {
  if (!viewer.querySelector("[data-draw-start]")) return;
  closeFaceCard(viewer);
  toggleFaces(viewer, true);
  drawing ??= await import("./draw.js");
  drawing.startDrawing(viewer);
}

async function slideshow(viewer) {
  const link = viewer.querySelector("[data-viewer-slideshow]");
  document.documentElement.requestFullscreen?.().catch(() => undefined); // only in answer to a key or a tap
  const { playOver } = await import("./slideshow.js");
  playOver(link.href, { load: fetchPage, onEnd: (url) => viewerNow() === viewer && url && goTo(url) });
}

// The numbers beside heart and comments, after somebody liked or said something.
function countTalk({ detail: { photo, count, likes } }) {
  pages.clear();
  const viewer = viewerNow();
  if (viewer?.dataset.photo !== photo) return;
  for (const [name, number] of [["comment", count], ["like", likes]]) {
    const place = viewer.querySelector(`[data-${name}-count]`);
    if (!place) continue;
    place.textContent = formatNumber(number);
    place.hidden = !number;
  }
}

const [forward, backward] = isRightToLeft ? ["previous", "next"] : ["next", "previous"];
const KEYS = {
  ...MARK_KEYS,
  ArrowLeft: () => gestures.pan(1, 0) || go(backward),
  ArrowRight: () => gestures.pan(-1, 0) || go(forward),
  ArrowUp: () => gestures.pan(0, 1),
  ArrowDown: () => gestures.pan(0, -1),
  i: (viewer) => setInfo(viewer, !isInfoOpen()),
  c: openComments,
  p: (viewer) => toggleFaces(viewer),
  f: addFace,
  s: slideshow,
  e: (viewer) => viewer.querySelector("[data-viewer-edit]")?.click(),
  "[": (viewer) => turn(viewer, -1, showAnew),
  "]": (viewer) => turn(viewer, 1, showAnew),
  z: () => gestures.toggleZoom(),
  d: (viewer) => viewer.querySelector("[data-viewer-download]")?.click(),
  Delete: (viewer) => {
    const form = viewer.querySelector("[data-viewer-trash]");
    if (form) form.requestSubmit();
    else toast(gettext("Only who added this photo and the owner of the room can delete it."));
  },
  "?": () => document.getElementById("viewer-keys").showModal(),
};

function onKey(event) {
  const viewer = viewerNow();
  if (!viewer || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], [data-slideshow]")) return;
  if (event.key === "Escape") {
    if (event.target.closest?.("[aria-expanded=true][role=combobox]")) return;
    if (viewer.querySelector("[data-menu][open]") || drawing?.cancelDrawing(viewer) || closeFaceCard(viewer)) return;
    if (event.target.closest?.("input, textarea")) event.target.blur();
    else if (gestures.isZoomed) gestures.toggleZoom();
    else close();
  } else if (drawing?.drawWithKey(viewer, event)) return;
  else if (!event.target.closest?.("input, textarea, select, video") && KEYS[event.key]) {
    event.preventDefault();
    event.stopImmediatePropagation(); // those keys mean something else on the page behind
    KEYS[event.key](viewer);
  }
}

function onClick(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const viewer = event.target.closest("[data-viewer]");
  if (!viewer) return;
  const does = (name) => event.target.closest(`[data-viewer-${name}]`);
  let act = null;
  if (does("close")) act = close;
  else if (event.target.closest("[data-draw-start]")) act = () => addFace(viewer);
  else if (event.target.closest("[data-share-native]")) act = () => shareNatively(event.target.closest("[data-share-native]"));
  else if (does("info")) act = () => setInfo(viewer, !isInfoOpen());
  else if (does("comments")) act = () => openComments(viewer);
  else if (does("slideshow")) act = () => slideshow(viewer);
  else if (does("next")) act = () => go("next");
  else if (does("previous")) act = () => go("previous");
  else if (does("go")) act = () => goTo(does("go").getAttribute("href"));
  if (!act) return;
  event.preventDefault();
  act();
}

function onSubmit(event) {
  const viewer = event.target.closest("[data-viewer]");
  const acts = {
    "[data-viewer-trash]": () => trash(viewer),
    "[data-viewer-like]": () => toggleLike(event.target.querySelector("[data-favorite]")),
    "[data-viewer-form]": () => send(event.target, viewer, event.submitter),
  };
  const act = viewer && Object.entries(acts).find(([selector]) => event.target.matches(selector));
  if (!act || event.defaultPrevented) return;
  event.preventDefault();
  act[1]();
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey, { capture: true });
document.addEventListener("submit", onSubmit);
document.addEventListener("photoroom:talk", countTalk);
startFaces();
startTagBoxes();
startComments();

// The viewer is the page.
export function startHere() {
  prepare(viewerNow());
}
