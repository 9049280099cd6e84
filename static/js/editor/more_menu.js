// Versions, presets, copying from photo to photo: what the menus of the editor's bar do.
import { api } from "../api.js";
import { closeMenus } from "../menus.js";
import { toast } from "../toasts.js";
import { formatNumber, gettext, locale } from "../words.js";
import { $, button, icon, iconButton, make } from "./dom.js";
import { clean, recipeOf } from "./recipe.js";

const CLIPBOARD = "photoroom-edit-copied";
const ONE_PHOTOS_ONLY = new Set(["geometry", "repair"]);

export function startMenu(editor, saving) {
  const on = (name, act) => $(`[data-${name}]`).addEventListener("click", () => { closeMenus(); act(); });
  on("copy-edits", () => copy(editor));
  on("paste-edits", () => paste(editor));
  on("revert", () => editor.history.commit([]));
  on("show-versions", () => showVersions(editor, saving));
  on("show-presets", () => showPresets(editor));
  $("[data-preset-form]").addEventListener("submit", (event) => {
    event.preventDefault();
    addPreset(editor, event.target);
  });
}

// Steps that can be done to other photos as well: no crops, no faces, no spots.
function forOthers(editor) {
  const { operations, history } = editor;
  return operations.active(history.steps).filter(({ op }) => {
    const operation = operations.get(op);
    return operation && !ONE_PHOTOS_ONLY.has(operation.group) && !operation.parameters.some(({ kind }) => kind === "ids" || kind === "strokes");
  });
}

function copy(editor) {
  const steps = forOthers(editor);
  if (!steps.length) {
    toast(gettext("There is nothing to copy yet. Light, color and looks can be copied; crops belong to one photo."));
    return;
  }
  try {
    localStorage.setItem(CLIPBOARD, JSON.stringify(steps));
    toast(gettext("Copied. Open another photo in the editor and paste it there."));
  } catch {
    toast(gettext("This browser does not let pages keep anything. Save a preset instead."));
  }
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
  apply(editor, steps);
}

// Other steps stay; those of the same groups are replaced.
export function apply(editor, steps) {
  const { operations, history } = editor;
  const known = clean(steps).filter(({ op }) => operations.get(op));
  const groups = new Set(known.map(({ op }) => operations.get(op).group));
  let made = history.steps.filter(({ op }) => !groups.has(operations.get(op)?.group));
  for (const { op, ...values } of known) made = operations.set(made, op, { ...operations.values(op), ...values });
  history.commit(made);
}

async function showVersions(editor, saving) {
  const dialog = $("#editor-versions");
  const list = dialog.querySelector("[data-versions]");
  list.replaceChildren(make("li", { class: "skeleton" }));
  dialog.showModal();
  try {
    const { versions } = await api("GET", editor.root.dataset.edit);
    const when = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
    const back = (steps) => { editor.history.commit(steps); dialog.close(); };
    const rows = versions.map((version) => row({
      title: gettext("Version {number}", { number: version.number }),
      text: [version.author?.name, version.origin_label, when.format(new Date(version.created_at))].filter(Boolean).join(" · "),
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

// --- presets

async function showPresets(editor) {
  const dialog = $("#editor-presets");
  if (!dialog.open) dialog.showModal();
  const form = $("[data-preset-form]");
  form.hidden = !forOthers(editor).length;
  const list = dialog.querySelector("[data-presets]");
  try {
    const { results } = await api("GET", editor.root.dataset.presets);
    const rows = results.map((preset) => presetRow(editor, preset));
    list.replaceChildren(...(rows.length ? rows : [make("li", { class: "quiet" }, gettext("There are no presets yet. Set light and color as you like them, then give them a name here."))]));
  } catch (error) {
    list.replaceChildren(make("li", { class: "notice notice-bad" }, error.message));
  }
}

function presetRow(editor, preset) {
  const url = `${editor.root.dataset.presets}${preset.id}/`;
  const use = make("button", { type: "button", class: "preset-use", onclick: () => { apply(editor, preset.recipe.steps); $("#editor-presets").close(); } }, icon("preset"),
    make("span", { class: "grow" }, preset.name, make("span", { class: "quiet small preset-whose" }, `${preset.is_rooms ? gettext("The room’s") : gettext("Yours")} · ${formatNumber(preset.recipe.steps.length)}`)));
  const item = make("li", { class: "preset-row" }, use,
    iconButton(gettext("Rename {name}", { name: preset.name }), "edit", { onclick: () => rename(editor, item, preset, url) }),
    iconButton(gettext("Delete {name}", { name: preset.name }), "trash", { onclick: () => remove(editor, preset, url) }));
  return item;
}

function rename(editor, item, preset, url) {
  const input = make("input", { class: "input", value: preset.name, maxlength: 200, "aria-label": gettext("Name"), dir: "auto" });
  const form = make("form", { class: "preset-rename" }, input, make("button", { class: "button" }, gettext("Rename")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await api("PATCH", url, { name: input.value });
      showPresets(editor);
    } catch (error) {
      toast(error.message);
    }
  });
  item.replaceChildren(form);
  input.select();
}

async function remove(editor, preset, url) {
  try {
    await api("DELETE", url);
    const again = { name: preset.name, recipe: preset.recipe, is_rooms: preset.is_rooms };
    showPresets(editor);
    toast(gettext("“{name}” is deleted.", { name: preset.name }), { action: gettext("Undo"), onAction: () => api("POST", editor.root.dataset.presets, again).then(() => $("#editor-presets").open && showPresets(editor)) });
  } catch (error) {
    toast(error.message);
  }
}

async function addPreset(editor, form) {
  const values = new FormData(form);
  try {
    await api("POST", editor.root.dataset.presets, { name: values.get("name"), recipe: recipeOf(forOthers(editor)), is_rooms: values.has("is_rooms") });
    form.reset();
    showPresets(editor);
  } catch (error) {
    toast(error.message);
  }
}
