// The search box: suggestions while one types, `/` and Ctrl+K from anywhere in a room.
import { ngettext } from "./words.js";

const WAIT_MS = 90;

class SearchBox {
  #form;
  #input;
  #list;
  #status;
  #active = -1;
  #timer = 0;
  #asked = null;

  constructor(form) {
    this.#form = form;
    this.#input = form.querySelector("[data-search-input]");
    this.#list = form.querySelector("[data-search-list]");
    this.#status = form.querySelector("[data-search-status]");
    this.#input.role = "combobox";
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.setAttribute("aria-controls", this.#list.id);
    this.#input.setAttribute("aria-autocomplete", "list");
    this.#input.addEventListener("input", () => this.#askSoon());
    this.#input.addEventListener("focus", () => this.#askSoon());
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    this.#input.addEventListener("blur", () => setTimeout(() => this.#close(), 150));
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => this.#take(event.target.closest("[role=option]")));
    form.addEventListener("submit", (event) => {
      if (!this.#input.value.trim()) event.preventDefault();
    });
  }

  focus() {
    this.#input.focus();
    this.#input.scrollIntoView({ block: "nearest" });
  }

  #askSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), WAIT_MS);
  }

  async #ask() {
    this.#asked?.abort();
    const typed = this.#input.value.trim();
    if (!typed) return this.#show("");
    this.#asked = new AbortController();
    const query = new URLSearchParams(new FormData(this.#form));
    try {
      const answer = await fetch(`${this.#form.dataset.suggestions}?${query}`, { signal: this.#asked.signal });
      if (answer.ok && typed === this.#input.value.trim()) this.#show(await answer.text());
    } catch {
      // another key was pressed, or there is no connection: Enter still searches
    }
  }

  #show(options) {
    if (document.activeElement !== this.#input) return;
    const read = new DOMParser().parseFromString(options, "text/html");
    this.#list.replaceChildren(...read.body.children);
    const count = this.#list.children.length;
    this.#list.hidden = count === 0;
    this.#input.setAttribute("aria-expanded", String(count > 0));
    this.#status.textContent = count > 1 ? ngettext("{count} suggestion", "{count} suggestions", count - 1) : "";
    this.#activate(-1);
  }

  #activate(at) {
    this.#active = at;
    for (const [index, option] of [...this.#list.children].entries()) option.ariaSelected = String(index === at);
    const active = this.#list.children[at];
    active?.scrollIntoView({ block: "nearest" });
    if (active) this.#input.setAttribute("aria-activedescendant", active.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #onKey(event) {
    const count = this.#list.hidden ? 0 : this.#list.children.length;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      const places = count + 1; // one of them is the field itself
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#activate(((this.#active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && this.#active >= 0) {
      event.preventDefault();
      this.#take(this.#list.children[this.#active]);
    } else if (event.key === "Escape") {
      if (count) event.stopPropagation();
      else this.#input.blur();
      this.#close();
    } else if (event.key === "Backspace" && !this.#input.value) {
      [...this.#form.querySelectorAll("[data-chip]")].at(-1)?.click();
    }
  }

  #take(option) {
    if (!option) return;
    this.#close();
    if (option.dataset.href) location.assign(option.dataset.href);
    else this.#form.requestSubmit();
  }

  #close() {
    clearTimeout(this.#timer);
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
  }
}

const isTyping = (element) => element?.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function isAsked(event) {
  if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) return true;
  return event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
}

export function startSearch() {
  const form = document.querySelector("[data-search]");
  const box = form ? new SearchBox(form) : null;
  document.addEventListener("keydown", (event) => {
    if (!isAsked(event) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (box && form.offsetParent && !document.querySelector("[data-viewer]")) box.focus();
    else location.assign(`${document.body.dataset.roomUrl}search/`);
  });
}
