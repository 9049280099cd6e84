// Back to the page that was asked for as soon as the server answers again.
const SECONDS = 5;

async function look() {
  if (document.hidden) return;
  const response = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  if (response?.ok) location.reload();
}

setInterval(look, 1000 * SECONDS);
addEventListener("online", look);
document.querySelector("[data-again]").addEventListener("click", () => location.reload());
