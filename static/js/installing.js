// The app on the device: registers the service worker, and offers to install where the browser lets a page do that.
const DISMISSED = "photoroom-install-dismissed";
const isInstalled = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
const isApple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
let question = null; // the browser's own, which may be asked once

if ("serviceWorker" in navigator && window.isSecureContext) {
  addEventListener("load", () => {
    // Its offline page is in the language of the page: with another language it is another script.
    const address = `/sw.js?language=${document.documentElement.lang}`;
    navigator.serviceWorker.register(address, { scope: "/" }).catch((error) => console.warn("There will be no offline page", error));
  });
}

const isDismissed = () => {
  try {
    return localStorage.getItem(DISMISSED) !== null;
  } catch {
    return true;
  }
};

function show(selector, isShown) {
  for (const element of document.querySelectorAll(selector)) element.hidden = !isShown;
}

function offer(isPossible) {
  show("[data-install]", isPossible);
  show("[data-install-hint]", isPossible && !isDismissed());
}

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  question = event;
  offer(true);
});
addEventListener("appinstalled", () => offer(false));

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-install]") && question) {
    question.prompt();
    await question.userChoice;
    question = null;
    offer(false);
  }
  if (event.target.closest("[data-install-dismiss]")) {
    show("[data-install-hint], [data-install-apple]", false);
    try {
      localStorage.setItem(DISMISSED, "1");
    } catch {
      // private windows: asked again next time
    }
  }
});

if (isApple && !isInstalled && !isDismissed()) show("[data-install-apple]", true);
