// `?` shows the keys of the page. The viewer and the labelling page have lists of their own and, at the document, answer first.
const isTyping = (element) => element?.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

export function startKeyList() {
  const list = document.querySelector("[data-keys]");
  if (!list) return;
  window.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    list.showModal();
  });
}
