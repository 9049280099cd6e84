// The rows of the tray: what needs somebody first, then what is on its way, then what is done. At most some of thousands.
import { formatNumber, gettext, ngettext } from "../words.js";

const SHOWN = 60;
const RANKS = { failed: 0, refused: 0, lost: 0, offline: 1, pausing: 1, sending: 1, checking: 2, hashing: 2, waiting: 3 };
const LAST = 4; // done, here already, back from the trash

const WORDS = {
  waiting: () => gettext("Waiting"),
  hashing: () => gettext("Reading"),
  checking: () => gettext("Comparing"),
  pausing: () => gettext("Waiting to try again"),
  offline: () => gettext("No connection: goes on by itself"),
  done: () => gettext("Added"),
  duplicate: () => gettext("Here already"),
  restored: () => gettext("Back from the trash"),
  lost: () => gettext("Choose this file again to go on"),
};

export function wordsOf(item) {
  if (item.state === "sending") return item.sent < 1 ? `${formatNumber(Math.floor(100 * item.sent))} %` : gettext("Arriving");
  if (item.state === "failed") return gettext("{reason} It will be sent with “Retry all failed”.", { reason: item.message });
  const isTold = item.message && (item.state === "refused" || item.state === "lost");
  return isTold ? item.message : (WORDS[item.state]?.() ?? item.state);
}

const rankOf = (item) => RANKS[item.state] ?? LAST;

// The first so many in order of rank; those that are done with the latest first.
function chosen(items) {
  const byRank = [[], [], [], [], []];
  for (const item of items) byRank[rankOf(item)].push(item);
  byRank[LAST].reverse();
  return byRank.flat().slice(0, SHOWN);
}

export class Rows {
  #list;
  #template;
  #more;
  #rows = new Map();

  constructor(list, template, more) {
    this.#list = list;
    this.#template = template;
    this.#more = more;
  }

  draw(items) {
    const shown = chosen(items);
    const keys = new Set(shown.map((item) => item.key));
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      row.remove();
      this.#rows.delete(key);
    }
    let at = this.#list.firstElementChild;
    for (const item of shown) {
      const row = this.#rowOf(item);
      if (row === at) at = at.nextElementSibling;
      else this.#list.insertBefore(row, at);
    }
    const rest = items.length - shown.length;
    this.#more.hidden = rest <= 0;
    this.#more.textContent = ngettext("and {count} more", "and {count} more", rest);
  }

  #rowOf(item) {
    let row = this.#rows.get(item.key);
    if (!row) {
      row = this.#template.content.firstElementChild.cloneNode(true);
      row.querySelector(".tray-name").textContent = item.name;
      this.#rows.set(item.key, row);
    }
    const words = wordsOf(item);
    const state = row.querySelector(".tray-state");
    if (state.textContent !== words) state.textContent = words;
    if (row.dataset.state !== item.state) row.dataset.state = item.state;
    return row;
  }
}
