// The panel of the viewer as a sheet on a phone: its head is pulled up to see all of it, down to put it away.

const PUT_AWAY_PX = 80;
const isSheet = () => matchMedia("(width < 60rem)").matches;

export function prepareSheet(viewer, { close }) {
  const sheet = viewer.querySelector("[data-sheet]");
  const handle = sheet.querySelector("[data-sheet-handle]");
  let from = null;
  handle.addEventListener("pointerdown", (event) => {
    if (!isSheet() || event.target.closest("a, button") || event.button > 0) return;
    handle.setPointerCapture(event.pointerId);
    from = { y: event.clientY, isHigh: sheet.classList.contains("is-high") };
    sheet.classList.add("is-held");
  });
  handle.addEventListener("pointermove", (event) => {
    if (from) sheet.style.transform = `translateY(${Math.max(from.isHigh ? 0 : -40, event.clientY - from.y)}px)`;
  });
  const end = (event) => {
    if (!from) return;
    const pulled = event.clientY - from.y;
    sheet.classList.remove("is-held");
    sheet.style.transform = "";
    if (event.type === "pointerup") {
      if (pulled > PUT_AWAY_PX && !from.isHigh) close();
      else if (pulled > PUT_AWAY_PX / 2) sheet.classList.remove("is-high");
      else if (pulled < -PUT_AWAY_PX / 4) sheet.classList.add("is-high");
      else if (Math.abs(pulled) < 5) sheet.classList.toggle("is-high");
    }
    from = null;
  };
  handle.addEventListener("pointerup", end);
  handle.addEventListener("pointercancel", end);
}
