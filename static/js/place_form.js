// Saying where photos were taken: the form in a dialog, towns while one types, a pin on the map.
import { api, csrfToken } from "./api.js";
import { pinMap } from "./map.js";
import { toast } from "./toasts.js";
import { gettext } from "./words.js";

const WAIT_MS = 150;

function dialogOf(page) {
  const form = page.querySelector("[data-place-form]");
  const title = page.querySelector("h1")?.textContent ?? gettext("Where was this?");
  if (!form) return null;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog place-dialog";
  dialog.setAttribute("aria-label", title);
  const head = document.createElement("div");
  head.className = "dialog-head";
  const close = Object.assign(document.createElement("button"), { className: "button button-quiet", type: "button", textContent: "Cancel" });
  close.addEventListener("click", () => dialog.close());
  head.append(Object.assign(document.createElement("h2"), { textContent: title }), close);
  dialog.append(head, document.adoptNode(form));
  dialog.addEventListener("close", () => dialog.remove());
  return dialog;
}

function stylesOf(page) {
  for (const link of page.querySelectorAll('link[rel="stylesheet"]')) {
    if (!document.querySelector(`link[href="${link.getAttribute("href")}"]`)) document.head.append(document.adoptNode(link));
  }
}

async function openForm(url, body) {
  const response = await fetch(url, { method: body ? "POST" : "GET", body, headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error("refused");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  stylesOf(page);
  const dialog = dialogOf(page);
  if (!dialog) throw new Error("nothing chosen");
  const next = dialog.querySelector("[name=next]");
  if (next) next.value = location.pathname + location.search;
  (document.querySelector(".viewer-overlay") ?? document.body).append(dialog);
  dialog.showModal();
  startForm(dialog.querySelector("[data-place-form]"));
}

const spelled = (town) => [...new Set([town.name, town.region, town.country])].filter(Boolean).join(", ");

function option(list, town, at) {
  const element = Object.assign(document.createElement("li"), { id: `${list.id}-${at}`, role: "option", className: "menu-item" });
  const words = document.createElement("span");
  const area = Object.assign(document.createElement("span"), { className: "quiet small", textContent: [town.region, town.country].filter(Boolean).join(", ") });
  words.append(town.name, document.createElement("br"), area);
  element.append(words);
  element.town = town;
  return element;
}

class TownField {
  #input;
  #list;
  #hidden;
  #onTake;
  #active = -1;
  #timer;
  #asked = "";

  constructor(input, hidden, onTake) {
    this.#input = input;
    this.#hidden = hidden;
    this.#onTake = onTake;
    this.#list = Object.assign(document.createElement("ul"), { className: "combobox-list", role: "listbox", hidden: true, id: "town-list" });
    input.after(this.#list);
    input.role = "combobox";
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.#list.id);
    input.setAttribute("aria-autocomplete", "list");
    input.addEventListener("input", () => {
      this.#hidden.value = "";
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#offer(), WAIT_MS);
    });
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("blur", () => setTimeout(() => this.#close(), WAIT_MS));
    this.#list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const chosen = event.target.closest("[role=option]");
      if (chosen) this.#take(chosen.town);
    });
  }

  async #offer() {
    const text = this.#input.value.trim();
    this.#asked = text;
    const found = text.length > 1 ? await api("GET", `${document.body.dataset.roomApi}places/towns/?q=${encodeURIComponent(text)}`).catch(() => null) : null;
    if (this.#asked !== text || document.activeElement !== this.#input) return;
    this.#list.replaceChildren(...(found?.towns ?? []).map((town, at) => option(this.#list, town, at)));
    this.#list.hidden = this.#list.children.length === 0;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
    this.#activate(-1);
  }

  #activate(at) {
    this.#active = at;
    for (const [index, element] of [...this.#list.children].entries()) element.ariaSelected = String(index === at);
    const active = this.#list.children[at];
    if (active) this.#input.setAttribute("aria-activedescendant", active.id);
    else this.#input.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  #onKey(event) {
    const count = this.#list.hidden ? 0 : this.#list.children.length;
    if (!count) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.#activate((this.#active + (event.key === "ArrowDown" ? 1 : count - (this.#active < 0 ? 0 : 1))) % count);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#take(this.#list.children[Math.max(0, this.#active)].town);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    }
  }

  #take(town) {
    this.#input.value = spelled(town);
    this.#hidden.value = town.id;
    this.#close();
    this.#onTake(town);
  }

  #close() {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
  }
}

function startForm(form) {
  if (form.dataset.started) return;
  form.dataset.started = "1";
  const [text, town] = [form.querySelector("[data-place-text]"), form.querySelector("[data-place-town]")];
  const [latitude, longitude] = [form.querySelector("[data-place-latitude]"), form.querySelector("[data-place-longitude]")];
  const ofRoom = [...form.querySelectorAll("[data-place-of-room]")];
  let map;
  const forget = (...kept) => {
    if (!kept.includes("pin")) {
      latitude.value = longitude.value = "";
      map?.clear();
    }
    if (!kept.includes("town")) town.value = text.value = "";
    if (!kept.includes("room")) for (const radio of ofRoom) radio.checked = false;
  };
  new TownField(text, town, (chosen) => {
    forget("town");
    map?.show(chosen.latitude, chosen.longitude);
  });
  text.addEventListener("input", () => forget("town"));
  for (const radio of ofRoom) radio.addEventListener("change", () => forget("room"));
  const box = form.querySelector("[data-place-pin]");
  box.hidden = false;
  const onPin = async (at, across) => {
    forget("pin");
    [latitude.value, longitude.value] = [at.toFixed(6), across.toFixed(6)];
    const found = await api("GET", `${document.body.dataset.roomApi}places/towns/?latitude=${at}&longitude=${across}`).catch(() => ({ towns: [] }));
    const near = found.towns[0];
    text.value = near ? spelled(near) : "";
    if (!near) form.querySelector("[name=name]").focus();
  };
  pinMap(box.querySelector("[data-map]"), onPin).then((made) => { map = made; }).catch(() => { box.hidden = true; });
  text.focus({ preventScroll: true });
}

export function startPlaceForms() {
  for (const search of document.querySelectorAll("[data-place-search]")) search.hidden = true; // the form itself finds towns
  for (const form of document.querySelectorAll("[data-place-form]")) startForm(form);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-place-choose]");
    if (!opener || event.ctrlKey || event.metaKey || document.body.matches("[data-no-dialogs]")) return;
    event.preventDefault();
    let body;
    if (opener.form) {
      body = new FormData(opener.form);
      body.set("csrfmiddlewaretoken", csrfToken());
      opener.closest("[data-menu]")?.removeAttribute("open");
    }
    openForm(opener.href ?? opener.formAction, body).catch(() => {
      if (opener.href) location.assign(opener.href);
      else toast(gettext("The places could not be loaded. Try again."));
    });
  });
}
