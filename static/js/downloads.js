// Downloads: what can be chosen opens over the page, the size follows every choice, a prepared zip starts by itself.
import { csrfToken, errorOf, fetchPage } from "./api.js";
import { toast } from "./toasts.js";
import { gettext } from "./words.js";

let asked = 0;

async function optionsFor(url, data) {
  if (!data) return fetchPage(url);
  const response = await fetch(url, { method: "POST", body: data, headers: { Accept: "text/html", "X-CSRFToken": csrfToken() } });
  if (!response.ok) throw await errorOf(response);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function dialogWith(page) {
  document.getElementById("zip-dialog")?.remove();
  const dialog = document.createElement("dialog");
  dialog.id = "zip-dialog";
  dialog.className = "dialog zip-dialog";
  dialog.setAttribute("aria-labelledby", "zip-title");
  const head = document.createElement("div");
  head.className = "dialog-head";
  const title = document.createElement("h2");
  title.id = "zip-title";
  title.textContent = page.querySelector("h1").textContent;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-quiet";
  close.dataset.dialogClose = "";
  close.textContent = gettext("Close");
  head.append(title, close);
  dialog.append(head, document.adoptNode(page.querySelector("[data-download-form]")));
  document.body.append(dialog);
  return dialog;
}

async function open(url, data) {
  try {
    const dialog = dialogWith(await optionsFor(url, data));
    keepApart(dialog.querySelector("form"));
    dialog.showModal();
    return true;
  } catch (error) {
    toast(error.message);
    return false;
  }
}

// Folders by day, place and event can't be made of photos from which just that is taken out.
function keepApart(form) {
  const isStripped = form.elements.metadata.value === "strip";
  for (const option of form.querySelectorAll("[data-telling]")) option.disabled = isStripped;
  if (isStripped && form.elements.layout.selectedOptions[0]?.dataset.telling !== undefined) form.elements.layout.value = "flat";
}

async function askSize(form) {
  keepApart(form);
  const mine = ++asked;
  const end = form.querySelector("[data-download-end]");
  end.setAttribute("aria-busy", "true");
  try {
    const page = await optionsFor(form.dataset.optionsUrl, new FormData(form));
    if (mine === asked) end.replaceWith(document.adoptNode(page.querySelector("[data-download-end]")));
  } catch (error) {
    end.removeAttribute("aria-busy");
    toast(error.message);
  }
}

// Once for each download, also if the page is loaded again.
function startIfReady() {
  const state = document.querySelector("[data-download-state='ready']");
  if (!state || state.dataset.fetched !== undefined) return;
  const key = `download-${state.dataset.downloadId}`;
  try {
    if (sessionStorage.getItem(key)) return;
    sessionStorage.setItem(key, "started");
  } catch {
    return; // without a memory it would start again and again
  }
  location.assign(state.dataset.downloadUrl);
}

export function startDownloads() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-download-open]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(opener.href).then((isOpen) => isOpen || location.assign(opener.href));
  });
  document.addEventListener("submit", (event) => {
    if (event.submitter?.matches("[data-download-options]")) {
      event.preventDefault();
      open(event.submitter.formAction, new FormData(event.target));
    } else if (event.target.matches("#zip-dialog [data-download-form]")) {
      setTimeout(() => document.getElementById("zip-dialog")?.close()); // the form is sent, the page stays or another one comes
      toast(gettext("Your download is on its way."));
    }
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-download-form]");
    if (form) askSize(form);
  });
  document.addEventListener("htmx:after:swap", startIfReady);
  for (const form of document.querySelectorAll("[data-download-form]")) keepApart(form);
  startIfReady();
}
