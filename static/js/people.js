// The grid of people: naming without losing one's place (the card that comes back takes the old one's), and choosing.
import { forgetNames } from "./names.js";
import { toastsOf } from "./toasts.js";

async function send(form) {
  const card = form.closest("[data-person]");
  const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
  if (!response.ok) return form.submit();
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector(`[data-person="${card.dataset.person}"]`);
  if (!fresh) return location.assign(response.url); // the name is taken: the page asks whether it is the same person
  forgetNames();
  const next = card.nextElementSibling?.querySelector("[data-names]");
  card.replaceWith(document.adoptNode(fresh));
  toastsOf(page);
  return next?.focus();
}

// One person can't be merged, several have no one cover: the bar offers what fits the number.
function count(root) {
  if (root) root.dataset.chosen = String(root.querySelectorAll(".person-tick :checked").length);
}

export function startPeople() {
  document.addEventListener("change", (event) => count(event.target.closest("[data-people]")));
  document.addEventListener("reset", () => setTimeout(() => count(document.querySelector("[data-people]"))));
  count(document.querySelector("[data-people]")); // a browser keeps ticks when one comes back
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-people] .combobox")) return;
    event.preventDefault();
    send(event.target).catch(() => event.target.submit());
  });
}
