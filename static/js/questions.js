// Is this the same person? y, n or s.
import { Asking, listenForKeys } from "./asking.js";
import { ngettext } from "./words.js";

const said = document.querySelector("[data-questions-left]");

function onTold(told) {
  if (told.left === undefined) return;
  said.textContent = ngettext("{count} open question.", "{count} open questions.", told.left);
}

const asking = new Asking(document.querySelector("[data-questions]"), {
  onTold,
  onPage: (page) => said.replaceChildren(...page.querySelector("[data-questions-left]").childNodes),
});
const answer = (value) => () => asking.press(`button[name=answer][value=${value}]`);
listenForKeys({ y: answer("yes"), n: answer("no"), s: answer("unsure"), u: () => asking.undo() ?? true });
