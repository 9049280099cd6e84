// The keys of the editor; the list that `?` shows is in the template.
const isTyping = (target) => target.matches?.("input:not([type=range], [type=checkbox], [type=radio], [type=color]), textarea, select");
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
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const isAltGraph = event.getModifierState("AltGraph"); // many keyboards write [ and \ with it
    const isCommand = (event.ctrlKey || event.metaKey) && !isAltGraph;
    const key = event.key.toLowerCase();
    if (isCommand && !event.altKey) {
      if (isTyping(event.target)) return;
      if (key === "z") (event.shiftKey ? history.redo() : history.undo());
      else if (key === "y") history.redo();
      else if (key === "s") saving.save();
      else return;
      event.preventDefault();
      return;
    }
    if (event.key === "Escape") {
      if (compare.isOn) compare.toggle();
      else if (document.querySelector("details.menu[open]")) return;
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
    if ((event.altKey && !isAltGraph) || !plain[event.key]) return;
    event.preventDefault();
    plain[event.key]();
  });
}
