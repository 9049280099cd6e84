// Best shots: a decision changes the list in place, so that nobody loses their place in it. Without scripts the forms work, too.
import { errorOf } from "./api.js";
import { toast, toastsOf } from "./toasts.js";

async function send(form, submitter) {
  const body = new FormData(form, submitter);
  const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  if (!response.ok) throw await errorOf(response);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// The card that comes next, or the page's heading: where the focus goes when a card leaves the list.
function show(page, root, card) {
  const cards = [...root.querySelectorAll("[data-moment]")];
  const place = cards.indexOf(card);
  const fresh = document.adoptNode(page.querySelector("[data-best-shots]"));
  root.replaceWith(fresh);
  const same = fresh.querySelector(`#${card.id}`) ?? fresh.querySelectorAll("[data-moment]")[place];
  (same?.querySelector("button") ?? fresh.querySelector("a"))?.focus({ preventScroll: true });
  toastsOf(page);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-best-form]");
  const root = form?.closest("[data-best-shots]");
  if (!root) return;
  event.preventDefault();
  const card = form.closest("[data-moment]");
  card.ariaBusy = "true";
  try {
    show(await send(form, event.submitter), root, card);
  } catch (error) {
    card.ariaBusy = "false";
    toast(error.message);
  }
});
