// Copies of one shot: keep one, keep all, compare them one over the other; by mouse, thumb or keys.
import { api } from "./api.js";
import { toast } from "./toasts.js";
import { backwardKey, forwardKey, gettext, ngettext } from "./words.js";

const { roomApi } = document.body.dataset;
const root = document.querySelector("[data-duplicates]");
const dialog = root.querySelector("[data-copies-dialog]");
const compare = root.querySelector("[data-compare]");
const undos = []; // [change, card, toast], the last one at the end

const cardsOf = () => [...root.querySelectorAll("[data-copies]")];
const copiesOf = (card) => [...card.querySelectorAll("[data-shot]")];

function draw(card, { kept = null, isAll = false }) {
  const isDecided = kept !== null || isAll;
  card.classList.toggle("is-decided", isDecided);
  for (const copy of copiesOf(card)) {
    const isKept = isAll || copy.dataset.shot === kept;
    copy.classList.toggle("is-kept", isDecided && isKept);
    const word = copy.querySelector("[data-shot-word]");
    if (word) word.textContent = isDecided && isKept ? gettext("Kept") : gettext("Keep this");
    copy.querySelector("[data-shot-keep]")?.classList.toggle("button-primary", !isDecided && copy.matches(".is-proposed"));
  }
  const aside = ngettext("The other one is set aside.", "The other {count} are set aside.", copiesOf(card).length - 1);
  card.querySelector("[data-copies-said]").textContent = isAll ? gettext("All are kept. Nobody is asked about them again.") : isDecided ? aside : "";
}

async function decide(card, path, body, state) {
  card.setAttribute("aria-busy", "true");
  try {
    const { change } = await api("POST", `${roomApi}duplicates/${card.dataset.copies}/${path}/`, body);
    draw(card, state);
    if (change) {
      const said = toast(`${change.summary}.`, { action: gettext("Undo"), onAction: () => undo(change.id) });
      undos.push([change.id, card, said]);
    }
  } catch (error) {
    toast(error.message);
  } finally {
    card.removeAttribute("aria-busy");
  }
}

async function undo(id = undos.at(-1)?.[0]) {
  const at = undos.findIndex(([change]) => change === id);
  if (at < 0) return;
  const [[, card, said]] = undos.splice(at, 1);
  said.remove();
  try {
    await api("POST", `${roomApi}photo-changes/${id}/undo/`);
  } catch (error) {
    toast(error.message);
    return;
  }
  if (undos.some(([, other]) => other === card)) {
    location.reload(); // it was decided more than once: show what is true now
    return;
  }
  draw(card, {});
  card.scrollIntoView({ block: "nearest" });
}

function keep(copy) {
  const card = copy.closest("[data-copies]");
  decide(card, "keep", { photo: Number(copy.dataset.shot) }, { kept: copy.dataset.shot });
}

root.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-copies-form]")) return;
  event.preventDefault();
  const card = event.target.closest("[data-copies]");
  if (event.submitter?.matches("[data-copies-all]")) decide(card, "keep-all", {}, { isAll: true });
  else keep(event.submitter.closest("[data-shot]"));
});

// all at once
const confirm = root.querySelector("[data-copies-confirm]");
if (confirm) {
  confirm.hidden = false;
  confirm.addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-copies-cancel]").addEventListener("click", () => dialog.close());
}

// one over the other
function show(step, at) {
  const pictures = [...compare.querySelectorAll("img")];
  const now = at ?? pictures.findIndex((picture) => picture.matches(".is-shown"));
  const next = (now + step + pictures.length) % pictures.length;
  pictures.forEach((picture, index) => picture.classList.toggle("is-shown", index === next));
  compare.querySelector("[data-compare-said]").textContent = gettext("{number} of {total}: {what}", { number: next + 1, total: pictures.length, what: pictures[next].alt });
}

function openCompare(copy) {
  const copies = copiesOf(copy.closest("[data-copies]"));
  const pictures = copies.map((one) => {
    const picture = new Image();
    picture.src = one.querySelector("[data-shot-compare]").dataset.shotCompare;
    const [size, weight] = one.querySelectorAll(".copy-facts li");
    picture.alt = `${size.textContent}, ${weight.textContent}`;
    return picture;
  });
  compare.querySelector("[data-compare-stage]").replaceChildren(...pictures);
  show(0, copies.indexOf(copy));
  compare.showModal();
}

root.addEventListener("click", ({ target }) => {
  const copy = target.closest("[data-shot-compare]")?.closest("[data-shot]");
  if (copy) openCompare(copy);
  else if (target.closest("[data-compare-close]")) compare.close();
  else if (target.closest("[data-compare-step]")) show(Number(target.closest("[data-compare-step]").dataset.compareStep));
  else if (target.closest("[data-compare-stage]")) show(1);
});

// keys
let current = null;

function go(copy) {
  if (!copy) return;
  current?.classList.remove("is-current");
  current = copy;
  copy.classList.add("is-current");
  copy.querySelector("[data-shot-compare]").focus({ preventScroll: true });
  copy.scrollIntoView({ block: "nearest" });
}

function beside(step) {
  if (!current) return copiesOf(cardsOf()[0])[0];
  const copies = copiesOf(current.closest("[data-copies]"));
  return copies[copies.indexOf(current) + step];
}

function below(step) {
  if (!current) return copiesOf(cardsOf()[0])[0];
  const cards = cardsOf();
  const card = cards[cards.indexOf(current.closest("[data-copies]")) + step];
  return card && copiesOf(card)[0];
}

const KEYS = {
  [forwardKey]: () => go(beside(1)),
  [backwardKey]: () => go(beside(-1)),
  ArrowDown: () => go(below(1)),
  ArrowUp: () => go(below(-1)),
  Enter: () => current?.querySelector("[data-shot-keep]")?.click(),
  " ": () => current && openCompare(current),
  a: () => current?.closest("[data-copies]").querySelector("[data-copies-all]")?.click(),
  u: () => undo(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !cardsOf().length) return;
  if (compare?.open) {
    if (event.key === forwardKey || event.key === " ") show(1);
    else if (event.key === backwardKey) show(-1);
    else return;
    event.preventDefault();
    return;
  }
  if (dialog?.open || event.target.closest("input, textarea, select, summary, a")) return;
  const isElsewhere = event.target.closest("button") && !event.target.matches("[data-shot-compare]");
  if (isElsewhere && (event.key === "Enter" || event.key === " ")) return;
  const deed = KEYS[event.key];
  if (!deed) return;
  event.preventDefault();
  deed();
});

root.addEventListener("focusin", ({ target }) => {
  const copy = target.closest("[data-shot]");
  if (!copy || copy === current) return;
  current?.classList.remove("is-current");
  current = copy;
  if (target.matches(":focus-visible")) copy.classList.add("is-current");
});
