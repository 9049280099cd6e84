// What was not saved yet, kept in the browser so that it survives a reload, and a crash. A second tab on the same photo has its own.

const nameOf = (photo) => `photoroom-edit-${photo}`;

function read(store, name) {
  try {
    const draft = JSON.parse(store().getItem(name));
    return Array.isArray(draft?.steps) && Number.isInteger(draft.base) ? draft : null;
  } catch {
    return null;
  }
}

function write(store, name, value) {
  try {
    if (value) store().setItem(name, JSON.stringify(value));
    else store().removeItem(name);
  } catch {
    // no room, or not allowed: the draft does not survive a reload
  }
}

const OWN = () => sessionStorage;
const SHARED = () => localStorage;

// isSecond: whether another tab has this photo open; what is shared between tabs is that one's.
export class Drafts {
  #name;

  constructor(photo, isSecond) {
    this.#name = nameOf(photo);
    this.isSecond = isSecond;
  }

  read() {
    return read(OWN, this.#name) ?? (this.isSecond ? null : read(SHARED, this.#name));
  }

  // value: {base, steps}; null: everything is saved.
  keep(value) {
    write(OWN, this.#name, value);
    if (!this.isSecond) write(SHARED, this.#name, value);
  }
}
