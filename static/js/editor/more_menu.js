// Versions, copying from photo to photo, presets: what the menu of the editor's bar does.
import { api } from "../api.js";
import { closeMenus } from "../menus.js";
import { toast } from "../toasts.js";
import { gettext, locale } from "../words.js";
import { $, button, make } from "./dom.js";
import { apply } from "./presets.js";
import { clean } from "./recipe.js";

const CLIPBOARD = "photoroom-edit-copied";
const STAYS = new Set(["geometry", "repair"]); // what the grid's "Paste" leaves out as well

export function startMenu(editor, saving) {
  const on = (name, act) => {
    const item = $(`[data-${name}]`);
    item.addEventListener("click", () => {
      closeMenus();
      item.closest("[data-menu]").querySelector("summary").focus(); // a dialog gives the focus back to what is still there
      act();
    });
  };
  on("copy-edits", () => copy(editor));
  on("paste-edits", () => paste(editor));
  on("revert", () => revert(editor));
  on("show-versions", () => showVersions(editor, saving));
  on("show-presets", () => editor.presets.show());
}

function copy(editor) {
  const { operations, history } = editor;
  const all = operations.active(history.steps);
  const steps = operations.parted(all).forOthers.filter(({ op }) => !STAYS.has(operations.get(op).group));
  if (!steps.length) {
    toast(gettext("There is nothing to copy yet. Light, color and looks can be copied; crops belong to one photo."));
    return;
  }
  try {
    localStorage.setItem(CLIPBOARD, JSON.stringify(steps));
  } catch {
    toast(gettext("This browser does not let pages keep anything. Save a preset instead."));
    return;
  }
  const copied = new Set(steps.map(({ op }) => op));
  const left = operations.labels(all.filter(({ op }) => !copied.has(op)));
  const names = new Intl.ListFormat(locale, { type: "conjunction" }).format(left);
  toast(left.length ? gettext("Copied, without {names}. Open another photo in the editor and paste it there.", { names }) : gettext("Copied. Open another photo in the editor and paste it there."));
}

function paste(editor) {
  let steps = null;
  try {
    steps = JSON.parse(localStorage.getItem(CLIPBOARD));
  } catch {
    // nothing that could be read
  }
  if (!Array.isArray(steps)) {
    toast(gettext("Nothing was copied yet. Open another photo, copy its edits, and come back."));
    return;
  }
  const { history } = editor;
  const before = history.steps;
  apply(editor, steps);
  if (history.steps === before) return;
  toast(gettext("Pasted."), { action: gettext("Undo"), onAction: () => history.commit(before) });
}

function revert(editor) {
  const { history } = editor;
  const before = history.steps;
  if (!before.length) {
    toast(gettext("This is the original already."));
    return;
  }
  history.commit([]);
  toast(history.isSaved ? gettext("This is the original.") : gettext("This is the original. Save it to keep it so."), { action: gettext("Undo"), onAction: () => history.commit(before) });
}

async function showVersions(editor, saving) {
  const dialog = $("#editor-versions");
  const list = dialog.querySelector("[data-versions]");
  list.replaceChildren(make("li", { class: "skeleton" }));
  dialog.showModal();
  try {
    const { versions } = await api("GET", editor.root.dataset.edit);
    const back = (steps) => { editor.history.commit(steps); dialog.close(); };
    const rows = versions.map((version) => row({
      title: gettext("Version {number}", { number: version.number }),
      text: [version.author?.name, version.origin_label, version.created_label].filter(Boolean).join(" · "),
      isNow: version.is_head,
      steps: version.recipe?.steps ? clean(version.recipe.steps) : null,
      back,
    }));
    list.replaceChildren(...rows, row({ title: gettext("Original"), text: gettext("As it was uploaded"), isNow: !versions.some(({ is_head: isHead }) => isHead), steps: [], back }));
  } catch (error) {
    list.replaceChildren(make("li", { class: "notice notice-bad" }, error.message));
  }
}

function row({ title, text, isNow, steps, back }) {
  return make("li", { class: "version-row" }, make("div", { class: "grow" }, make("p", { class: "version-title" }, title, isNow ? make("span", { class: "badge badge-good" }, gettext("now")) : null), make("p", { class: "quiet small" }, text)),
    steps ? button(gettext("Take it"), { onclick: () => back(steps) }) : null);
}
