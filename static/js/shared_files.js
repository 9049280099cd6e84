// Files that came from the phone's share sheet: the room that is chosen next gets them. They wait among the uploads.
import { toast } from "./toasts.js";
import { gettext, ngettext } from "./words.js";
import { Store } from "./upload/store.js";

const SHARED = "shared"; // see service_worker.js
const user = document.body.dataset.user;
const shared = new Store(SHARED);
const rows = (await shared.all()).filter((row) => row.file);
const notice = document.querySelector("[data-shared]");

if (notice && rows.length) {
  notice.querySelector("[data-shared-text]").textContent = ngettext("Which room gets the photo?", "Which room gets the {count} photos?", rows.length);
  notice.hidden = false;
}

document.addEventListener("click", async (event) => {
  const card = event.target.closest("[data-room-card]");
  if (card && rows.length && !notice.hidden) {
    event.preventDefault();
    await new Store(`${card.dataset.roomCard}/${user}`).takeOver(rows);
    location.assign(card.href);
  }
  if (event.target.closest("[data-shared-cancel]")) {
    for (const row of rows) await shared.forget(row.key);
    notice.hidden = true;
    toast(gettext("The shared photos are let go. They are still on your device."));
  }
});
