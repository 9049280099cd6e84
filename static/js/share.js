// The invitation in a dialog instead of on its own page.
import { fetchPage } from "./api.js";

export function startShare() {
  const dialog = document.getElementById("share-dialog");
  if (!dialog) return;
  document.addEventListener("click", async (event) => {
    const opener = event.target.closest("[data-share-open]");
    if (!opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    dialog.showModal();
    try {
      const page = await fetchPage(opener.href);
      dialog.querySelector("[data-share-body]").replaceChildren(document.adoptNode(page.querySelector("[data-share]")));
    } catch {
      location.assign(opener.href);
    }
  });
}
