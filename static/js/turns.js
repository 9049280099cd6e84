// Photos that lie on their side: what is ticked is counted on the buttons.
import { gettext, ngettext } from "./words.js";

const form = document.querySelector("[data-turns]");

function draw() {
  const ticks = [...form.querySelectorAll("[data-turn-tick]")];
  const count = ticks.filter((tick) => tick.checked).length;
  form.querySelector("[data-turns-count]").textContent = ngettext("Turn {count} photo", "Turn {count} photos", count);
  form.querySelector("[data-turns-right]").textContent = count === 1 ? gettext("It is right") : gettext("They are right");
  for (const button of form.querySelectorAll("[data-turns-deed]")) button.disabled = count === 0;
  form.querySelector("[data-turns-all]").setAttribute("aria-pressed", String(count === ticks.length));
}

if (form) {
  const all = form.querySelector("[data-turns-all]");
  all.hidden = false;
  all.addEventListener("click", () => {
    const ticks = [...form.querySelectorAll("[data-turn-tick]")];
    const isChecked = !ticks.every((tick) => tick.checked);
    for (const tick of ticks) tick.checked = isChecked;
    draw();
  });
  form.addEventListener("change", draw);
  globalThis.addEventListener("pageshow", draw); // browsers remember ticks
  draw();
}
