// Is this the same person? y, n or s.
import { Asking, listenForKeys } from "./asking.js";

const said = document.querySelector("[data-questions-left]");

function onTold(told) {
  if (told.left === undefined) return;
  said.textContent = told.left === 1 ? "1 open question." : `${told.left.toLocaleString()} open questions.`;
}

const asking = new Asking(document.querySelector("[data-questions]"), {
  onTold,
  onPage: (page) => said.replaceChildren(...page.querySelector("[data-questions-left]").childNodes),
});
const answer = (value) => () => asking.press(`button[name=answer][value=${value}]`);
listenForKeys({ y: answer("yes"), n: answer("no"), s: answer("unsure"), u: () => asking.undo() ?? true });
