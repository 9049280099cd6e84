// One card after the other: the next is there at once, answers are sent behind it, the last ones can be undone.
import { Answers } from "./answers.js";
import { fetchPage } from "./api.js";
import { toast } from "./toasts.js";
import { gettext } from "./words.js";

const FEW = 8; // more cards are fetched below that
const PREPARED = 3; // whose pictures are loaded before they are shown
const MOST_SKIPPED = 200; // as the server reads

const isTyping = (target) => target.matches?.("input, textarea, select");
const isControl = (target) => target.closest?.("a, button, summary, [role=option]");

export class Asking {
  answers;
  #root;
  #stage;
  #ahead = [];
  #past = [];
  #known = new Set(); // ids of all cards that have come
  #passed = new Set(); // not sure about these
  #fetching = null;
  #onPage;

  // onTold gets what the server said to an answer, onPage a page that was fetched, with its cards still in it.
  constructor(root, { onTold, onPage = () => {} }) {
    this.#root = root;
    this.#stage = root.querySelector("[data-asked-stage]");
    this.#onPage = onPage;
    this.answers = new Answers({ onTold });
    if (this.card) this.#known.add(this.card.dataset.asked);
    this.#take(root.querySelector("[data-asked-ahead]").content);
    root.addEventListener("click", ({ target }) => target.closest("[data-asked-undo]") && this.undo());
    root.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-asked-form]")) return;
      event.preventDefault();
      this.#answer(event.target, event.submitter);
    });
    this.#drawUndo();
  }

  get card() {
    return this.#stage.querySelector("[data-asked]");
  }

  // Presses the button of the card that matches.
  press(selector) {
    const button = this.card?.querySelector(selector);
    button?.click();
    return Boolean(button);
  }

  undo() {
    const past = this.#past.pop();
    if (!past) return;
    if (this.card) this.#ahead.unshift(this.card);
    this.#passed.delete(past.card.dataset.asked);
    this.#show(past.card);
    this.#say(gettext("Taken back: {answer}", { answer: past.said }));
    if (past.answer) this.answers.undo(past.answer).sent.then(() => this.#fetch());
  }

  // Says more about an answer that is still the last one.
  note(answer, text) {
    const past = this.#past.at(-1);
    if (past?.answer === answer) this.#say(gettext("Last answer: {answer}, {more}", { answer: past.said, more: text }));
  }

  #answer(form, submitter) {
    const fields = [...new FormData(form, submitter)];
    const values = Object.fromEntries(fields);
    const said = submitter?.dataset.said ?? values.name?.trim();
    if (!said) return;
    const { card } = this;
    const isPassed = "skip" in values || values.answer === "unsure";
    if (isPassed) this.#passed.add(card.dataset.asked);
    const answer = "skip" in values ? null : this.answers.add(form.action, fields);
    this.#past.push({ card, answer, said });
    this.#say(gettext("Last answer: {answer}", { answer: said }));
    this.#next();
  }

  #next() {
    const card = this.#ahead.shift();
    if (card) this.#show(card);
    else this.#wait();
    if (this.#ahead.length < FEW && card) this.#fetch();
  }

  #show(card) {
    for (const field of card.querySelectorAll("input[name=name]")) field.value = "";
    this.#stage.replaceChildren(card);
    this.#drawUndo();
    card.focus({ preventScroll: true });
    this.#prepare();
  }

  // Pictures of the next cards are loaded now.
  #prepare() {
    for (const card of this.#ahead.slice(0, PREPARED)) {
      for (const image of card.querySelectorAll("img[loading=lazy]")) image.loading = "eager";
      for (const image of card.querySelectorAll("svg image")) new Image().src = image.getAttribute("href");
    }
  }

  #say(said) {
    this.#root.querySelector("[data-asked-said]").textContent = said;
  }

  #drawUndo() {
    for (const button of this.#root.querySelectorAll("[data-asked-undo]")) {
      button.disabled = this.#past.length === 0;
      button.hidden = button.disabled && !button.closest("[data-asked]");
    }
  }

  #take(source) {
    for (const card of [...source.querySelectorAll("[data-asked]")]) {
      if (this.#known.has(card.dataset.asked)) continue;
      this.#known.add(card.dataset.asked);
      this.#ahead.push(document.adoptNode(card));
    }
    this.#prepare();
  }

  // Nothing is left here: when all answers have arrived the server says what is next, or that this was all.
  async #wait() {
    const wait = this.#root.querySelector("[data-asked-wait]");
    this.#stage.replaceChildren();
    wait.hidden = false;
    await this.answers.settled();
    await this.#fetching;
    const page = this.#ahead.length ? null : await this.#fetch();
    wait.hidden = true;
    if (this.card) return; // somebody has pressed Undo meanwhile
    if (this.#ahead.length) this.#next();
    else if (page) this.#end(page);
  }

  #end(page) {
    const empty = page.querySelector("[data-asked-empty]");
    if (!empty) return location.reload(); // cards of which all were seen: begin anew
    this.#stage.replaceChildren(document.adoptNode(empty));
    this.#drawUndo();
    return empty.focus();
  }

  #fetch() {
    this.#fetching ??= this.#fetchMore().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  async #fetchMore() {
    const here = [this.card, ...this.#ahead].filter(Boolean).map(({ dataset }) => dataset.asked);
    const unsent = this.answers.isEmpty ? [] : this.#past.slice(-FEW).map(({ card }) => card.dataset.asked);
    const skipped = [...new Set([...this.#passed, ...unsent, ...here])].slice(-MOST_SKIPPED);
    const url = new URL(this.#root.dataset.askedUrl, location.href);
    if (skipped.length) url.searchParams.set("skip", skipped.join("."));
    try {
      const page = await fetchPage(url);
      this.#onPage(page);
      this.#take(page);
      const template = page.querySelector("[data-asked-ahead]");
      if (template) this.#take(template.content);
      return page;
    } catch (error) {
      if (!this.card && !this.#ahead.length) toast(error.message);
      return null;
    }
  }
}

// Keys for cards; keys[name] is called with the event and answers whether it did something.
export function listenForKeys(keys) {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open], .viewer-overlay")) return;
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
    if (isTyping(event.target) || event.altKey || ((event.ctrlKey || event.metaKey) && !isUndo)) return;
    if ((event.key === "Enter" || event.key === " ") && isControl(event.target)) return;
    const act = isUndo ? keys.u : (keys[event.key] ?? keys.other);
    if (act?.(event)) event.preventDefault();
  });
}
