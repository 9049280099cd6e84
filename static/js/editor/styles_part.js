// Styles as small pictures of this photo. Until a worker has painted them the photo itself is shown.
import { make } from "./dom.js";

const BROAD = 1; // the quickest size of the brush, and the one that is seen best on a small picture
const SIDE = 132;

export function styles(editor, operation, parameter, on) {
  const choices = parameter.options.map(({ value, label }) => {
    const image = make("img", { class: "look-picture", alt: "", width: SIDE, height: SIDE });
    const press = make("button", { type: "button", class: "look-choice", "aria-pressed": "false", "data-style": value, onclick: () => { on.input(value); on.change(); } }, image, make("span", {}, label));
    return { value, image, press };
  });
  const element = make("div", { class: "look-grid", role: "group", "aria-label": parameter.label, "data-parameter": parameter.name }, ...choices.map(({ press }) => press));

  function enter() {
    for (const { value, image } of choices) {
      image.src ||= editor.session.data.urls["base-640"];
      image.classList.toggle("is-coming", Boolean(value) && !image.src.startsWith("data:"));
    }
    editor.thumbnails.want(choices.filter(({ value }) => value).map(({ value, image }) => ({
      key: `${operation.version} ${value}`,
      steps: [{ op: operation.name, [parameter.name]: value, brush: BROAD }],
      show: (url) => {
        image.src = url;
        image.classList.remove("is-coming");
      },
      fail: () => image.classList.remove("is-coming"),
    })));
  }
  return {
    element,
    enter,
    leave: () => {
      editor.thumbnails.leave();
      for (const { image } of choices) image.classList.remove("is-coming");
    },
    set(value) {
      for (const { value: one, press } of choices) press.setAttribute("aria-pressed", String(one === value));
    },
  };
}
