// Small helpers to build the editor's parts.

export const $ = (selector, root = document) => root.querySelector(selector);

const NAMESPACE = "http://www.w3.org/2000/svg";

// make("button", { class: "chip", onclick }, "words", child)
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

// A symbol of static/img/icons.json; it says nothing to screen readers.
export function icon(name) {
  const { icons } = document.querySelector("[data-editor]").dataset;
  return svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `${icons}#${name}` }));
}

export function button(label, { name = "", shape = "button", ...rest } = {}) {
  return make("button", { type: "button", class: shape, ...rest }, name ? icon(name) : null, make("span", {}, label));
}

export function iconButton(label, name, rest = {}) {
  return make("button", { type: "button", class: "editor-icon", title: label, ...rest }, icon(name), make("span", { class: "visually-hidden" }, label));
}
