// Small pictures of what a worker would make of this photo: one at a time, never while the photo itself waits, kept for this tab.
import { recipeOf } from "./recipe.js";
import { Dropped } from "./wishes.js";

const SIDE = 132;
const ASKED_PX = 640; // the smallest preview that there is
const LOOK_MS = 400; // whether the worker is free by now
const MOST_FAILURES = 2; // one after the other: then no worker is there, or none that can do it
const QUALITY = 0.8;
export const ABOVE = 0.25; // of what a square leaves out of a tall photo, is left out above: faces are rather there

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Thumbnails {
  #wishes;
  #name;
  #isFree;
  #made;
  #wanted = [];
  #isRunning = false;
  #isAsking = false;
  #failures = 0;

  // isFree(): whether nothing else waits for the worker.
  constructor(wishes, photo, isFree) {
    this.#wishes = wishes;
    this.#name = `photoroom-thumbnails-${photo}`;
    this.#isFree = isFree;
    this.#made = kept(this.#name);
  }

  // wanted: [{key, steps, show(url), fail()}]. What is known is shown at once; the rest one after the other, until `leave`.
  want(wanted) {
    for (const { key, show } of wanted) if (this.#made[key]) show(this.#made[key]);
    this.#wanted = wanted.filter(({ key }) => !this.#made[key]);
    this.#run();
  }

  // Something else needs the worker now: what is being made is begun again later.
  pause() {
    if (this.#isAsking) this.#wishes.cancel();
  }

  // Nobody looks at them any more.
  leave() {
    this.#wanted = [];
    this.pause();
  }

  async #run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#wanted.length) {
      if (this.#isFree()) await this.#make(this.#wanted[0]);
      else await wait(LOOK_MS);
    }
    this.#isRunning = false;
  }

  async #make(one) {
    this.#isAsking = true;
    try {
      const picture = await this.#wishes.picture(recipeOf(one.steps), ASKED_PX);
      this.#made[one.key] = small(picture);
      keep(this.#name, this.#made);
      this.#failures = 0;
      if (this.#drop(one)) one.show(this.#made[one.key]);
    } catch (error) {
      if (error instanceof Dropped) return;
      this.#failures++;
      for (const other of this.#failures < MOST_FAILURES ? [one] : [...this.#wanted]) if (this.#drop(other)) other.fail(); // its name is enough to choose it
    } finally {
      this.#isAsking = false;
      if (!this.#wanted.length) this.#wishes.cancel(); // the row and the file of the last one go
    }
  }

  #drop(one) {
    const isWanted = this.#wanted.includes(one);
    this.#wanted = this.#wanted.filter((other) => other !== one);
    return isWanted;
  }
}

function small(picture) {
  const side = Math.min(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, (picture.width - side) / 2, (picture.height - side) * ABOVE, side, side, 0, 0, SIDE, SIDE);
  return canvas.toDataURL("image/jpeg", QUALITY);
}

function kept(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
}

function keep(name, made) {
  try {
    sessionStorage.setItem(name, JSON.stringify(made));
  } catch {
    // no room, or not allowed: they are made again with the next visit
  }
}
