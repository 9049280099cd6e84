// Menus: a <details> that closes by Esc and by a click beside it, and in which arrows, Home, End and letters move.
const ITEMS = "a.menu-item, button.menu-item:not(:disabled), label.menu-item input, .menu-list summary";

const isSeen = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

function closeOthers(except) {
  for (const menu of document.querySelectorAll("[data-menu][open]")) if (menu !== except && !menu.contains(except)) menu.open = false;
}

function goTo(items, at) {
  items[(at + items.length) % items.length]?.focus();
}

function onKey(event) {
  const open = document.querySelector("[data-menu][open]");
  if (event.key === "Escape" && open) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  const menu = event.target.closest?.("[data-menu]");
  if (!menu || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  const isSummary = event.target === menu.querySelector("summary");
  if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key) || (isSummary && !event.key.startsWith("Arrow"))) return;
  event.preventDefault();
  event.stopPropagation(); // arrows mean something else on the page behind
  menu.open = true;
  const items = [...menu.querySelectorAll(ITEMS)].filter(isSeen);
  const now = items.indexOf(document.activeElement);
  if (event.key === "Home") goTo(items, 0);
  else if (event.key === "End") goTo(items, -1);
  else if (event.key === "ArrowDown") goTo(items, now + 1);
  else goTo(items, now < 0 ? -1 : now - 1);
}

export function closeMenus() {
  closeOthers(null);
}

export function startMenus() {
  document.addEventListener("click", (event) => closeOthers(event.target.closest("[data-menu]")));
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.("[data-menu][open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}
