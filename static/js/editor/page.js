// Starts the editor on its page.
import { api } from "../api.js";
import { toast } from "../toasts.js";
import { gettext } from "../words.js";
import { Compare } from "./compare.js";
import { $ } from "./dom.js";
import { Drafts } from "./drafts.js";
import { Editor } from "./editor.js";
import { startMenu } from "./more_menu.js";
import { OtherTabs } from "./other_tabs.js";
import { Saving } from "./saving.js";
import { startKeys } from "./shortcuts.js";
import { turn } from "./turning.js";

const root = $("[data-editor]");
for (const element of root.querySelectorAll("[data-needs-scripts]")) element.hidden = false;

async function start() {
  const { dataset } = root;
  let saving = null;
  const tabs = new OtherTabs(dataset.photoId, {
    met: () => toast(gettext("This photo is open in another tab as well. Whatever you save, here or there, becomes a version of its own.")),
    saved: () => saving?.look(),
  });
  const [operations, data] = await Promise.all([api("GET", dataset.operations), api("GET", dataset.edit)]);
  const drafts = new Drafts(dataset.photoId, tabs.isThere);
  const draft = drafts.read();
  const known = new Set(operations.map(({ name }) => name));
  const steps = draft?.steps.filter(({ op }) => known.has(op));
  const editor = new Editor(root, operations, data);
  saving = new Saving(editor, { base: data.number, drafts, tabs });
  const compare = new Compare(editor);
  editor.compare = compare;
  editor.turn = (quarters) => editor.history.commit(turn(editor.operations, editor.history.steps, quarters));
  await Promise.all([editor.session.load(), editor.session.loadShown().catch(() => undefined)]);
  root.classList.add("is-ready");
  $("[data-first]").hidden = true;
  editor.session.draw();
  $("[data-undo]").addEventListener("click", () => editor.history.undo());
  $("[data-redo]").addEventListener("click", () => editor.history.redo());
  $("[data-zoom-in]").addEventListener("click", () => editor.stage.zoomIn());
  $("[data-zoom-out]").addEventListener("click", () => editor.stage.zoomOut());
  $("[data-zoom-text]").addEventListener("click", () => editor.stage.zoomFit());
  $("[data-busy-cancel]").addEventListener("click", () => editor.session.cancel());
  $("[data-panel-close]").addEventListener("click", () => {
    const press = $(`[data-tool="${editor.openTool}"]`);
    editor.open("");
    press.focus();
  });
  startKeys(editor, { saving, compare });
  startMenu(editor, saving);
  const fillPanel = () => !editor.isNarrow && !editor.openTool && editor.open("light");
  fillPanel();
  addEventListener("resize", fillPanel); // a phone that is turned
  if (draft) restore(editor, saving, draft, steps);
}

// What was not saved when the page was left is there again.
function restore(editor, saving, draft, steps) {
  const saved = editor.history.steps;
  editor.history.commit(steps);
  saving.base = draft.base;
  if (editor.history.isSaved) return;
  toast(gettext("Your changes from last time are here again."), { action: gettext("Drop them"), onAction: () => editor.history.commit(saved) });
}

// A page that the browser kept, after saving and going back: what it knows of the photo is old.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

start().catch((error) => {
  const line = $("[data-start-failed]");
  line.hidden = false;
  line.querySelector("p").textContent = error.message || gettext("The photo could not be opened. Try again in a moment.");
  throw error;
});
