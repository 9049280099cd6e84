// The keys of the editor; the list that `?` shows is in the template.
const isTyping = (target) => target.matches?.("input:not([type=range], [type=checkbox], [type=radio], [type=color]), textarea, select");
const WAYS = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15] };
const isControl = (target) => target.closest?.("a, button, summary, input, select, [role=slider]");

export function startKeys(editor, { saving, compare }) {
  const { history, stage } = editor;
  const plain = {
    "[": () => editor.turn(-1),
    "]": () => editor.turn(1),
    "+": () => stage.zoomIn(),
    "=": () => stage.zoomIn(),
    "-": () => stage.zoomOut(),
    0: () => stage.zoomFit(),
    "\\": () => compare.toggle(),
    "?": () => document.querySelector("#editor-keys").showModal(),
  };
  let hadMenu = false; // before the menu itself closes by the same key
  addEventListener("keydown", () => (hadMenu = Boolean(document.querySelector("[data-menu][open]"))), true);
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const isAltGraph = event.getModifierState("AltGraph"); // many keyboards write [ and \ with it
    const isCommand = (event.ctrlKey || event.metaKey) && !isAltGraph;
    const key = event.key.toLowerCase();
    if (isCommand && !event.altKey) {
      if (isTyping(event.target) && key !== "s") return;
      if (key === "z") (event.shiftKey ? history.redo() : history.undo());
      else if (key === "y") history.redo();
      else if (key === "s") {
        if (isTyping(event.target)) event.target.dispatchEvent(new Event("change")); // what was typed a moment ago is meant as well
        if (!history.isSaved) saving.save();
      } else return;
      event.preventDefault();
      return;
    }
    if (event.key === "Escape") {
      if (compare.isOn) compare.toggle();
      else if (hadMenu) return;
      else if (stage.tool?.escape) stage.tool.escape();
      else if (isTyping(event.target)) event.target.blur();
      else saving.leave();
      event.preventDefault();
      return;
    }
    if (isTyping(event.target)) return;
    if (event.key === "Enter" && !isControl(event.target)) {
      if (!history.isSaved) saving.save();
      event.preventDefault();
      return;
    }
    const way = WAYS[event.key];
    if (way && !event.altKey && !isControl(event.target) && stage.pan(...way)) event.preventDefault();
    if ((event.altKey && !isAltGraph) || !plain[event.key]) return;
    event.preventDefault();
    plain[event.key]();
  });
}
