// Before and after: a line to drag, a press on the photo, a key that is held.
import { gettext } from "../words.js";
import { $ } from "./dom.js";

const HOLD_MS = 220;

export class Compare {
  #editor;
  #slider = $("[data-split]");
  #press = $("[data-compare]");
  #timer = 0;
  #isHeld = false;

  constructor(editor) {
    this.#editor = editor;
    this.#press.addEventListener("click", () => this.toggle());
    this.#slider.addEventListener("input", () => this.#show());
    this.#slider.setAttribute("aria-label", gettext("How much is shown as it was"));
  }

  get isOn() {
    return !this.#slider.hidden;
  }

  toggle() {
    if (this.isOn && document.activeElement === this.#slider) this.#press.focus({ preventScroll: true });
    this.#slider.hidden = this.isOn;
    this.#press.setAttribute("aria-pressed", String(this.isOn));
    this.#show();
    if (this.isOn) this.#slider.focus({ preventScroll: true });
  }

  #show() {
    if (this.#isHeld || this.isOn) this.#editor.session.drawBefore();
    this.#editor.stage.compare(this.#isHeld ? 1 : this.isOn ? Number(this.#slider.value) : null);
  }

  refresh() {
    if (this.#isHeld || this.isOn) this.#show();
  }

  // A finger that stays on the photo, or a key.
  hold(after = HOLD_MS) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isHeld = true;
      this.#show();
    }, after);
  }

  release() {
    clearTimeout(this.#timer);
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#show();
  }
}
