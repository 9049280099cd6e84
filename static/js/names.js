// A field that offers the names of the room's people, each with a face, or its tags, while one types.

const SHOWN = 6;
const loading = new Map(); // what is offered -> promise of its entries

function known(offered) {
  const { path, of } = { people: { path: "people/names/", of: ({ people }) => people }, words: { path: "tags/words/", of: ({ words }) => words } }[offered];
  if (!loading.has(offered)) {
    const entries = fetch(`${document.body.dataset.roomUrl}${path}`)
      .then((response) => (response.ok ? response.json() : {}))
      .then((found) => of(found) ?? [])
      .catch(() => []);
    loading.set(offered, entries);
  }
  return loading.get(offered);
}

export function forgetNames() {
  loading.clear();
}

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

function matching(people, typed) {
  const wanted = plain(typed);
  const found = people.filter(({ name }) => plain(name).split(" ").some((word) => word.startsWith(wanted)) || plain(name).startsWith(wanted));
  return found.slice(0, SHOWN);
}

function option(person, id) {
  const element = document.createElement("li");
  element.id = id;
  element.role = "option";
  element.className = "menu-item";
  element.dataset.name = person.name;
  if (person.face) {
    const face = document.createElement("img");
    Object.assign(face, { className: "face", src: person.face, alt: "" });
    element.append(face);
  }
  element.append(person.name);
  return element;
}

class NameField {
  #input;
  #offered;
  #list;
  #active = -1;

  constructor(input) {
    this.#input = input;
    this.#offered = input.matches("[data-words]") ? "words" : "people";
    this.#list = document.createElement("ul");
    Object.assign(this.#list, { className: "combobox-list", role: "listbox", hidden: true, id: `names-${crypto.getRandomValues(new Uint32Array(1))[0]}` });
    input.after(this.#list);
    input.role = "combobox";
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.#list.id);
    input.setAttribute("aria-autocomplete", "list");
    input.addEventListener("input", () => this.#offer());
    input.addEventListener("focus", () => this.#offer());
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("blur", () => setTimeout(() => this.#close(), 150));
    this.#list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const chosen = event.target.closest("[data-name]");
      if (chosen) this.#take(chosen.dataset.name);
    });
    if (document.activeElement === input) this.#offer();
  }

  async #offer() {
    const typed = this.#input.value.trim();
    const people = typed ? matching(await known(this.#offered), typed) : [];
    if (document.activeElement !== this.#input) return;
    this.#list.replaceChildren(...people.map((person, at) => option(person, `${this.#list.id}-${at}`)));
    this.#list.hidden = people.length === 0;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
    this.#activate(-1);
  }

  #activate(at) {
    this.#active = at;
    for (const [index, element] of [...this.#list.children].entries()) element.ariaSelected = String(index === at);
    const active = this.#list.children[at];
    if (active) this.#input.setAttribute("aria-activedescendant", active.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #onKey(event) {
    const count = this.#list.hidden ? 0 : this.#list.children.length;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#activate((this.#active + step + count + 1) % (count + 1) === count ? -1 : (this.#active + step + count) % count);
    } else if (event.key === "Enter" && this.#active >= 0) {
      event.preventDefault();
      this.#take(this.#list.children[this.#active].dataset.name);
    } else if (event.key === "Escape" && count) {
      event.stopPropagation();
      this.#close();
    }
  }

  #take(name) {
    this.#input.value = name;
    this.#close();
    if (!this.#input.matches("[data-select-tag]")) this.#input.form.requestSubmit(); // there the form holds more than a name
  }

  #close() {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
  }
}

export function startNames() {
  const made = new WeakSet();
  document.addEventListener("focusin", ({ target }) => {
    if (!target.matches?.("[data-names], [data-words]") || made.has(target)) return;
    made.add(target);
    new NameField(target);
  });
}
