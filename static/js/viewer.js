// Opens the viewer over the page that one is on. What it is made of is loaded when somebody is about to open a photo.
const load = () => import("./viewing.js");

const linkOf = (event) => event.target.closest?.("[data-viewer-link]");

export function startViewer() {
  if (document.querySelector("[data-viewer]")) load().then((viewing) => viewing.startHere());
  for (const name of ["pointerover", "focusin", "touchstart"]) {
    document.addEventListener(name, (event) => linkOf(event) && load(), { passive: true });
  }
  document.addEventListener("click", async (event) => {
    const link = linkOf(event);
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const viewing = await load().catch(() => location.assign(link.href));
    viewing?.open(link);
  });
  // Back closes it, forward opens it again.
  addEventListener("popstate", async () => {
    if (!history.state?.isViewer && !document.querySelector("[data-viewer], .viewer-overlay")) return;
    const viewing = await load().catch(() => location.reload());
    viewing?.onPop();
  });
}
