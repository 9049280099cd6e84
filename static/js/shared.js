// The pages of a share link: more photos while one scrolls, a viewer over the grid, a zip that starts by itself.
import { startSharedViewer } from "./shared_viewer.js";

const AHEAD = "1200px";
const ASK_AGAIN_MS = 1500;

async function pageOf(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error(`${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function startGrid() {
  const grid = document.querySelector("[data-shared-grid]");
  if (!grid || !("IntersectionObserver" in window)) return;
  const watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && load(), { rootMargin: AHEAD });
  const follow = () => {
    const more = grid.querySelector("[data-shared-more]");
    if (more) watch.observe(more);
  };
  const load = async () => {
    const more = grid.querySelector("[data-shared-more]");
    if (!more) return;
    watch.disconnect();
    try {
      const page = await pageOf(`${more.querySelector("a").href}&part`);
      more.replaceWith(...[...page.body.children].map((element) => document.adoptNode(element)));
      follow();
    } catch {
      // the button stays, and leads to the next page
    }
  };
  follow();
}

function startZip() {
  const look = async () => {
    const state = document.querySelector("[data-zip]");
    if (state?.dataset.state !== "preparing") return;
    try {
      const fresh = (await pageOf(location.href)).querySelector("[data-zip]");
      if (!fresh) return location.reload();
      state.replaceWith(document.adoptNode(fresh));
      if (fresh.dataset.file) location.assign(fresh.dataset.file);
    } catch {
      // no connection right now: asked again
    }
    setTimeout(look, ASK_AGAIN_MS);
  };
  setTimeout(look, ASK_AGAIN_MS);
}

startGrid();
startZip();
startSharedViewer(pageOf);
