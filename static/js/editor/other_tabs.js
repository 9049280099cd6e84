// Other tabs of this browser in which the same photo is being edited: they know of each other, and of what is saved.

export class OtherTabs {
  isThere = false;
  #channel = null;

  // on: {met() when another tab turns out to have the photo open, saved() when one has saved it}
  constructor(photo, on) {
    if (!globalThis.BroadcastChannel) return;
    this.#channel = new BroadcastChannel(`photoroom-edit-${photo}`);
    this.#channel.addEventListener("message", ({ data }) => {
      if (data === "saved") on.saved();
      if (data === "opened") this.#channel.postMessage("here");
      if (data === "here" && !this.isThere) {
        this.isThere = true;
        on.met();
      }
    });
    this.#channel.postMessage("opened");
  }

  saved() {
    this.#channel?.postMessage("saved");
  }
}
