// The viewer: opened over the grid, so that uploads and the scroll position stay; the same page as a deep link.
import { api, fetchPage } from "./api.js";
import { cancelDrawing, drawWithKey, startDrawing } from "./draw.js";
import { closeFaceCard, prepareFaces, toggleFaces } from "./faces.js";
import { Gestures } from "./gestures.js";
import { goOnTyping, MARK_KEYS } from "./marks.js";
import { hideEmptyDays } from "./selection.js";
import { forgetNames } from "./names.js";
import { toast, toastsOf } from "./toasts.js";

const pages = new Map(); // address -> promise of its document
let overlay = null;
let gestures = null;
let titleBefore = document.title;

const viewerNow = () => document.querySelector("[data-viewer]");
const linkTo = (viewer, where) => viewer.querySelector(`[data-viewer-${where}]`)?.getAttribute("href");

function load(url) {
  if (!pages.has(url)) {
    const page = fetchPage(url);
    page.catch(() => pages.delete(url));
    pages.set(url, page);
    if (pages.size > 24) pages.delete(pages.keys().next().value);
  }
  return pages.get(url);
}

// The best there is, once somebody looks closer than the screen needs.
function sharpen(viewer) {
  const image = viewer.querySelector("[data-stage-slide] > img");
  if (!image || image.dataset.isSharp) return;
  image.dataset.isSharp = "1";
  const sharp = new Image();
  sharp.addEventListener("load", () => {
    image.removeAttribute("srcset");
    image.src = sharp.src;
  });
  sharp.src = viewer.dataset.full ?? image.srcset.split(", ").at(-1).split(" ")[0];
}

function noticeUnplayable(viewer) {
  const video = viewer.querySelector("video");
  video?.querySelector("source").addEventListener("error", () => {
    viewer.querySelector("[data-stage-unplayable]").hidden = false;
  });
}

function prepare(viewer) {
  gestures = new Gestures(viewer.querySelector("[data-stage]"), {
    hasNext: () => Boolean(linkTo(viewer, "next")),
    hasPrevious: () => Boolean(linkTo(viewer, "previous")),
    next: () => go("next"),
    previous: () => go("previous"),
    close,
    zoom: () => sharpen(viewer),
  });
  drawInfo(viewer);
  prepareFaces(viewer);
  noticeUnplayable(viewer);
  for (const where of ["next", "previous"]) if (linkTo(viewer, where)) load(linkTo(viewer, where));
}

function show(page) {
  const fresh = document.adoptNode(page.querySelector("[data-viewer]").cloneNode(true));
  const old = viewerNow();
  if (old) old.replaceWith(fresh);
  else overlay.replaceChildren(fresh);
  document.title = page.title;
  prepare(fresh);
  fresh.querySelector("[data-viewer-close]").focus({ preventScroll: true, focusVisible: false });
  return fresh;
}

async function go(where) {
  const viewer = viewerNow();
  const url = linkTo(viewer, where);
  if (!url) return;
  try {
    const [page] = await Promise.all([load(url), gestures.leave(where === "next" ? 1 : -1)]);
    if (viewerNow() !== viewer) return;
    history.replaceState(history.state, "", url);
    show(page);
  } catch {
    location.assign(url);
  }
}

async function open(link) {
  const url = link.getAttribute("href");
  titleBefore = document.title;
  overlay = document.createElement("div");
  overlay.className = "viewer-overlay";
  const waiting = document.createElement("div");
  waiting.className = "viewer viewer-waiting";
  const preview = link.querySelector("img")?.cloneNode();
  if (preview) {
    preview.className = "stage-photo";
    preview.removeAttribute("sizes");
    preview.removeAttribute("srcset");
    waiting.append(preview);
  }
  overlay.append(waiting);
  document.body.append(overlay);
  setBackground(true);
  history.pushState({ isViewer: true }, "", url);
  try {
    const page = await load(url);
    if (overlay?.contains(waiting)) show(page);
  } catch {
    location.reload();
  }
}

function setBackground(isInert) {
  document.documentElement.classList.toggle("scroll-lock", isInert);
  for (const element of document.querySelectorAll(".site-header, .site-main, .tray")) element.inert = isInert && !element.matches(".tray");
}

function leaveOverlay() {
  const photo = viewerNow()?.dataset.photo;
  overlay.remove();
  overlay = null;
  document.title = titleBefore;
  document.documentElement.classList.remove("has-viewer-info");
  setBackground(false);
  const link = document.querySelector(`.tile[data-photo="${photo}"] .tile-link`);
  link?.scrollIntoView({ block: "nearest" });
  link?.focus({ preventScroll: true, focusVisible: false });
}

function close() {
  if (overlay) history.back();
  else location.assign(viewerNow().dataset.back);
}

function drawInfo(viewer) {
  const isOpen = sessionStorage.getItem("photoroom-info") === "1";
  document.documentElement.classList.toggle("has-viewer-info", isOpen);
  for (const link of viewer.querySelectorAll(".viewer-bar [data-viewer-info]")) link.setAttribute("aria-expanded", String(isOpen));
}

function toggleInfo(viewer) {
  const isOpen = sessionStorage.getItem("photoroom-info") === "1";
  sessionStorage.setItem("photoroom-info", isOpen ? "0" : "1");
  drawInfo(viewer);
}

// Goes on from a photo that is not there any more.
function goOn(viewer) {
  pages.clear();
  if (linkTo(viewer, "next")) return go("next");
  if (linkTo(viewer, "previous")) return go("previous");
  return close();
}

async function trash(viewer) {
  const { photo } = viewer.dataset;
  const { roomApi } = document.body.dataset;
  try {
    await api("POST", `${roomApi}photos/trash/`, { photos: [Number(photo)] });
  } catch (error) {
    toast(error.message);
    return;
  }
  const tile = document.querySelector(`.tile[data-photo="${photo}"]`);
  const grid = tile?.closest("[data-grid]");
  if (tile) tile.hidden = true;
  toast("1 photo moved to the trash.", {
    action: "Undo",
    onAction: async () => {
      try {
        await api("POST", `${roomApi}photos/restore/`, { photos: [Number(photo)] });
        pages.clear();
        if (tile) tile.hidden = false;
        if (grid) hideEmptyDays(grid);
        if (viewerNow()) location.assign(viewer.dataset.url);
      } catch (error) {
        toast(error.message);
      }
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
  return viewer;
}

// A face that was drawn just now is where the keys go on.
function showDrawn(viewer, body) {
  const box = ["x", "y", "width", "height"].map((side) => body.get(side)).join(" ");
  viewer.querySelector(`.face-box[data-box="${box}"]`)?.focus({ preventScroll: true, focusVisible: false });
}

function addFace(viewer) {
  if (!viewer.querySelector("[data-draw-start]")) return;
  closeFaceCard(viewer);
  toggleFaces(viewer, true);
  startDrawing(viewer);
}

const KEYS = {
  ...MARK_KEYS,
  ArrowLeft: () => go("previous"),
  ArrowRight: () => go("next"),
  i: toggleInfo,
  p: (viewer) => toggleFaces(viewer),
  f: addFace,
  z: () => gestures.toggleZoom(),
  d: (viewer) => viewer.querySelector(".menu-list a").click(),
  Delete: (viewer) => viewer.querySelector("[data-viewer-trash]")?.requestSubmit(),
  "?": () => document.getElementById("viewer-keys").showModal(),
};

function onKey(event) {
  const viewer = viewerNow();
  if (!viewer || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (viewer.querySelector("[data-menu][open]") || cancelDrawing(viewer) || closeFaceCard(viewer)) return;
    if (gestures.isZoomed) gestures.toggleZoom();
    else close();
  } else if (drawWithKey(viewer, event)) return;
  else if (!event.target.closest?.("input, textarea, select, video") && KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key](viewer);
  }
}

function onClick(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("[data-viewer-link]");
  const viewer = event.target.closest("[data-viewer]");
  const does = (name) => event.target.closest(`[data-viewer-${name}]`);
  let act = null;
  if (link) act = () => open(link);
  else if (viewer && does("close")) act = close;
  else if (viewer && event.target.closest("[data-draw-start]")) act = () => addFace(viewer);
  else if (viewer && does("info")) act = () => toggleInfo(viewer);
  else if (viewer && does("next")) act = () => go("next");
  else if (viewer && does("previous")) act = () => go("previous");
  if (!act) return;
  event.preventDefault();
  act();
}

export function startViewer() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", (event) => {
    const viewer = event.target.closest("[data-viewer]");
    if (!viewer) return;
    if (event.target.matches("[data-viewer-trash]")) {
      event.preventDefault();
      trash(viewer);
    } else if (event.target.matches("[data-viewer-form]")) {
      event.preventDefault();
      send(event.target, viewer, event.submitter);
    }
  });
  addEventListener("popstate", () => {
    if (overlay) leaveOverlay();
    else if (history.state?.isViewer) location.reload();
  });
  if (viewerNow()) prepare(viewerNow());
}
