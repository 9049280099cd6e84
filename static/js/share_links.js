// The page of one share link: the phone's own way of sending, and the day only where it is asked for.

for (const button of document.querySelectorAll("[data-share-sheet]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const { url, title } = button.dataset;
    navigator.share({ url, title }).catch(() => {}); // closed without sending
  });
}

for (const pair of document.querySelectorAll("[data-lifetime]")) {
  const select = pair.querySelector("select");
  const day = pair.querySelector("[data-lifetime-day]");
  const show = () => {
    day.hidden = select.value !== "day";
  };
  select.addEventListener("change", show);
  show();
}
