// Comments below a photo: sent, deleted and brought back without leaving it. The part of the page that comes back is shown.
import { api, fetchPage } from "./api.js";
import { toast } from "./toasts.js";
import { gettext } from "./words.js";

const sectionOf = (root) => root.querySelector("[data-comments]");

// Others hear of it: the heart's and the comments' numbers in the bar, the copies of pages that the viewer keeps.
function tell(section) {
  const { photo, count, likes } = section.dataset;
  document.dispatchEvent(new CustomEvent("photoroom:talk", { detail: { photo, count: Number(count), likes: Number(likes) } }));
}

function take(section, page) {
  const fresh = sectionOf(page);
  if (!fresh || !section.isConnected) return null;
  const known = new Set([...section.querySelectorAll("[data-comment]")].map(({ dataset }) => dataset.comment));
  document.adoptNode(fresh);
  const typed = section.querySelector("[data-comment-text]").value;
  section.replaceWith(fresh);
  fresh.querySelector("[data-comment-text]").value ||= typed;
  if (known.size) for (const comment of fresh.querySelectorAll("[data-comment]")) comment.classList.toggle("is-new", !known.has(comment.dataset.comment));
  tell(fresh);
  return fresh;
}

export async function refreshComments(root = document) {
  const section = sectionOf(root);
  if (section) take(section, await fetchPage(section.dataset.url));
}

function showProblem(section, text) {
  const problem = section.querySelector("[data-comment-problem]");
  problem.textContent = text;
  problem.hidden = !text;
  const field = section.querySelector("[data-comment-text]");
  field.toggleAttribute("aria-invalid", Boolean(text));
  if (text) field.focus();
}

async function send(form) {
  const section = form.closest("[data-comments]");
  const field = form.querySelector("[data-comment-text]");
  const button = form.querySelector("button");
  if (button.ariaDisabled === "true") return;
  const text = field.value;
  if (!text.trim()) return showProblem(section, gettext("Write something first, then send it."));
  button.ariaDisabled = "true";
  try {
    await api("POST", `${document.body.dataset.roomApi}comments/`, { photo: Number(section.dataset.photo), text });
    field.value = "";
    const fresh = take(section, await fetchPage(section.dataset.url));
    fresh?.querySelector("[data-comment]:last-child")?.scrollIntoView({ block: "nearest" });
    fresh?.querySelector("[data-comment-text]").focus({ preventScroll: true });
  } catch (error) {
    showProblem(section, error.message);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

async function remove(form) {
  const section = form.closest("[data-comments]");
  const address = `${document.body.dataset.roomApi}comments/${form.closest("[data-comment]").dataset.comment}/`;
  try {
    await api("DELETE", address);
    const fresh = take(section, await fetchPage(section.dataset.url));
    fresh?.querySelector("[data-comment-text]").focus({ preventScroll: true });
    toast(gettext("Comment deleted."), {
      action: gettext("Undo"),
      onAction: async () => {
        await api("POST", `${address}restore/`).catch((error) => toast(error.message));
        await refreshComments();
      },
    });
  } catch (error) {
    toast(error.message);
  }
}

// The page before the first comment that is shown goes above it; what one reads stays where it is.
async function showEarlier(link) {
  const section = link.closest("[data-comments]");
  link.ariaDisabled = "true";
  let page;
  try {
    page = await fetchPage(link.href);
  } catch (error) {
    link.removeAttribute("aria-disabled");
    return toast(error.message);
  }
  const list = section.querySelector("[data-comments-list]");
  const first = list.firstElementChild;
  const scroller = section.closest(".viewer-info") ?? document.scrollingElement;
  const before = first.getBoundingClientRect().top;
  list.prepend(...page.querySelectorAll("[data-comment]"));
  const more = page.querySelector("[data-comments-earlier]");
  if (more) link.replaceWith(document.adoptNode(more));
  else link.remove();
  scroller.scrollTop += first.getBoundingClientRect().top - before;
  first.previousElementSibling?.setAttribute("tabindex", "-1");
  first.previousElementSibling?.focus({ preventScroll: true });
}

// A heart given or taken: at once on the page, then on the server; back again where that refuses.
export async function toggleLike(button) {
  const { roomApi } = document.body.dataset;
  const { photo } = button.closest("[data-viewer]").dataset;
  const isOn = button.getAttribute("aria-pressed") !== "true";
  const draw = (is) => {
    button.setAttribute("aria-pressed", String(is));
    button.classList.toggle("is-on", is);
    button.value = is ? "0" : "1";
  };
  draw(isOn);
  try {
    await api(isOn ? "PUT" : "DELETE", `${roomApi}photos/${photo}/favorite/`);
    await refreshComments(button.closest("[data-viewer]"));
  } catch (error) {
    draw(!isOn);
    toast(error.message);
  }
}

export function startComments() {
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-comment-form]")) {
      event.preventDefault();
      send(event.target);
    } else if (event.target.matches("[data-comment-delete]")) {
      event.preventDefault();
      remove(event.target);
    }
  });
  document.addEventListener("click", (event) => {
    const earlier = event.target.closest("[data-comments-earlier]");
    if (!earlier || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (earlier.ariaDisabled !== "true") showEarlier(earlier);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[data-comment-text]")) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(hover: hover)").matches) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });
}
