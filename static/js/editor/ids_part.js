// Faces of this photo, chosen on it; other photos of the room, chosen from a list.
import { api } from "../api.js";
import { gettext } from "../words.js";
import { button, icon, iconButton, make } from "./dom.js";
import { FacesTool } from "./spots.js";

export function faces(editor, operation, parameter, on) {
  let chosen = [];
  let tool = null;
  let isOpen = false;
  const known = editor.session.data.faces.toSorted((a, b) => a.x - b.x);
  const put = (value) => {
    on.input(value);
    on.change();
  };
  const toggle = (id) => put(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  const boxes = known.map((face, n) => {
    const input = make("input", { type: "checkbox", onchange: () => toggle(face.id) });
    const point = (isPointed) => () => tool?.point(face.id, isPointed);
    const label = make("label", { class: "check", onpointerenter: point(true), onpointerleave: point(false), onfocusin: point(true), onfocusout: point(false) },
      input, face.label || gettext("Face {number}", { number: n + 1 }));
    return [face.id, input, label];
  });
  const element = make("fieldset", { class: "stack-s", "data-parameter": parameter.name }, make("legend", { class: "slider-label" }, parameter.label),
    known.length ? make("p", { class: "quiet small" }, gettext("Choose them here or on the photo.")) : make("p", { class: "quiet small" }, gettext("No faces were found on this photo.")),
    ...boxes.map(([, , label]) => label));
  function enter() {
    if (tool || element.hidden) return;
    tool = new FacesTool(editor.stage, { faces: known, frame: () => editor.session.originalFrame, chosen: () => chosen, toggle });
    editor.take(tool);
    tool.open();
  }
  function leave() {
    editor.drop(tool);
    tool = null;
  }
  return {
    element,
    enter: () => { isOpen = true; enter(); },
    leave: () => { isOpen = false; leave(); },
    set(value) {
      chosen = [...value];
      for (const [id, input] of boxes) input.checked = chosen.includes(id);
      tool?.draw();
      queueMicrotask(() => (isOpen && !element.hidden ? enter() : leave()));
    },
  };
}

export function photos(editor, operation, parameter, on) {
  const picture = make("div", { class: "photo-picked" });
  const hint = make("p", { class: "quiet small" }, gettext("Choose a photo of this room. Until then the photo stays as it is."));
  const words = make("span", {}, gettext("Choose a photo"));
  const choose = make("button", { type: "button", class: "button", "data-choose-photo": true, onclick: () => pick(editor, put) }, icon("photos"), words);
  const element = make("div", { class: "photo-part stack-s", "data-parameter": parameter.name }, picture, hint, choose);
  const put = (id) => {
    on.input([id]);
    on.change();
  };
  return {
    element,
    set([id]) {
      const shown = picture.querySelector("img")?.src ?? "";
      if (id && !shown.endsWith(editor.photoUrl(id, 320))) picture.replaceChildren(make("img", { src: editor.photoUrl(id, 320), alt: gettext("The photo behind") }));
      picture.hidden = !id;
      hint.hidden = Boolean(id);
      words.textContent = id ? gettext("Choose another photo") : gettext("Choose a photo");
      choose.classList.toggle("button-primary", !id);
    },
  };
}

// The photos of the room, more with each press.
async function pick(editor, onPick) {
  const grid = make("div", { class: "photo-picker" });
  const more = button(gettext("More photos"), { onclick: () => load() });
  const close = iconButton(gettext("Close"), "close", { "data-dialog-close": true });
  const dialog = make("dialog", { class: "dialog dialog-wide", "aria-label": gettext("Choose a photo") },
    make("div", { class: "dialog-head" }, make("h2", {}, gettext("Choose a photo")), close), grid, more);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  let next = editor.photosUrl;
  async function load() {
    more.hidden = true;
    try {
      const page = await api("GET", next);
      next = page.next;
      grid.append(...page.results.filter(({ kind, state }) => kind !== "video" && state === "ready").map((photo) =>
        make("button", { type: "button", class: "photo-choice", onclick: () => { onPick(photo.id); dialog.close(); } }, make("img", { src: photo.urls["320"], alt: photo.filename, loading: "lazy" }))));
      more.hidden = !next;
    } catch (error) {
      grid.append(make("p", { class: "notice notice-bad" }, error.message));
    }
  }
  await load();
}
