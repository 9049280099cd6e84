// Short messages at the bottom of the page. Those with an action stay longer; hovering or focus keeps them.

const SECONDS = 6;
const SECONDS_WITH_ACTION = 12;

function dismissLater(toast) {
  const hasAction = toast.querySelector("form, [data-toast-action]:not([hidden])");
  let timer;
  const start = () => {
    timer = setTimeout(() => toast.remove(), 1000 * (hasAction ? SECONDS_WITH_ACTION : SECONDS));
  };
  // Where a finger tapped, browsers leave a mouse behind that never goes away.
  const canHover = matchMedia("(hover: hover)").matches;
  for (const event of canHover ? ["pointerenter", "focusin"] : ["focusin"]) toast.addEventListener(event, () => clearTimeout(timer));
  for (const event of canHover ? ["pointerleave", "focusout"] : ["focusout"]) toast.addEventListener(event, start);
  toast.querySelector("[data-toast-close]").addEventListener("click", () => toast.remove());
  start();
}

export function toast(text, { action, onAction } = {}) {
  const template = document.querySelector("[data-toast-template]");
  const element = template.content.firstElementChild.cloneNode(true);
  element.querySelector(".toast-text").textContent = text;
  if (action) {
    const button = element.querySelector("[data-toast-action]");
    button.textContent = action;
    button.hidden = false;
    button.addEventListener("click", () => {
      element.remove();
      onAction();
    });
  }
  document.querySelector("[data-toasts]").append(element);
  dismissLater(element);
  return element;
}

export function startToasts() {
  for (const element of document.querySelectorAll("[data-toasts] [data-toast]")) dismissLater(element);
}

// The messages of a page that was fetched and is shown only in part.
export function toastsOf(page) {
  for (const element of page.querySelectorAll("[data-toasts] [data-toast]")) {
    document.querySelector("[data-toasts]").append(document.adoptNode(element));
    dismissLater(element);
  }
}
