// The bell: asks how much is new, at most once a minute and only while somebody looks at the page.
import { formatNumber } from "./words.js";

const SECONDS = 60;
const MOST_SHOWN = 99;
let askedAt = Date.now(); // the page came with the number

function show(unread) {
  const count = document.querySelector("[data-bell-count]");
  if (!count) return;
  count.firstChild.textContent = unread > MOST_SHOWN ? `${MOST_SHOWN}+` : formatNumber(unread);
  count.hidden = !unread;
}

async function ask() {
  if (document.hidden || Date.now() - askedAt < 1000 * SECONDS) return;
  askedAt = Date.now();
  const response = await fetch("/api/v1/notifications/unread/").catch(() => null);
  if (response?.ok) show((await response.json()).unread);
}

setInterval(ask, 1000 * SECONDS + 100);
document.addEventListener("visibilitychange", ask);
