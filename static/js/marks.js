// What people say about photos: keys for stars, heart and tags in the viewer; Enter in the field of a selection.

const click = (viewer, selector) => viewer.querySelector(selector)?.click();

function openInfo(viewer) {
  if (!document.documentElement.classList.contains("has-viewer-info")) click(viewer, ".viewer-bar [data-viewer-info]");
}

function focusTag(viewer) {
  if (!viewer.querySelector("[data-tag-input]")) return;
  openInfo(viewer);
  viewer.querySelector("[data-tag-input]").focus();
}

const like = (viewer) => click(viewer, "[data-favorite]");

// By key: what the viewer does.
export const MARK_KEYS = {
  ...Object.fromEntries([..."012345"].map((stars) => [stars, (viewer) => click(viewer, `[data-stars="${stars}"]`)])),
  l: like,
  ".": like,
  t: focusTag,
};

// Where the photo's page came back after a tag was added: the next one can be typed at once.
export function goOnTyping(form, viewer) {
  if (form.querySelector("[data-tag-input]")) viewer.querySelector("[data-tag-input]")?.focus({ preventScroll: true });
}

export function startMarks() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented || !event.target.matches?.("[data-select-tag]")) return;
    event.preventDefault(); // the form's first button would download
    event.target.closest(".select-tags").querySelector("[data-select-tag-add]").click();
  });
}
