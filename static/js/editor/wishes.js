// What only a worker can do: asks for a picture or a suggestion, looks how far it is, drops what nobody wants any more.
import { api } from "../api.js";
import { gettext } from "../words.js";

const FIRST_MS = 120;
const SLOWEST_MS = 1000;
const SILENT_MS = 20_000; // without any sign of a worker
const STUCK_MS = 90_000; // without any progress of one that has begun

export class Dropped extends Error {}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Wishes {
  #url;
  #page;
  #number = 0;
  #sent = Promise.resolve(); // what was sent last: one after the other, or the site would hear of them in another order

  constructor(url, page) {
    this.#url = url;
    this.#page = page;
  }

  get #here() {
    return `${this.#url}?page=${this.#page}`;
  }

  // Throws Dropped where another wish came meanwhile.
  async picture(recipe, side, onProgress = () => {}) {
    const answer = await this.#ask({ recipe, side_px: side }, onProgress);
    const mine = this.#number;
    try {
      const image = new Image();
      image.src = answer.url;
      await image.decode();
      return await createImageBitmap(image);
    } catch (error) {
      if (mine !== this.#number) throw new Dropped(); // the next wish took its file away
      throw new Error(gettext("The photo could not be opened. Try again in a moment."), { cause: error });
    }
  }

  async suggestion(name, onProgress = () => {}) {
    const answer = await this.#ask({ suggest: name }, onProgress);
    return answer.result.steps ?? [];
  }

  async #ask(wish, onProgress) {
    const mine = ++this.#number;
    const current = (answer) => {
      if (mine !== this.#number) throw new Dropped();
      return answer;
    };
    const failed = (error) => {
      current(); // what became of an earlier wish is nobody's concern
      throw error;
    };
    await this.#sent;
    current();
    let answer = await this.#send(() => api("POST", this.#url, { page: this.#page, ...wish })).then(current, failed);
    let heard = performance.now();
    let progress = 0;
    for (let pause = FIRST_MS; answer.state === "waiting"; pause = Math.min(SLOWEST_MS, pause * 1.25)) {
      await wait(pause);
      current();
      answer = await api("GET", this.#here).then(current, failed);
      if (answer.progress !== progress) heard = performance.now();
      progress = answer.progress;
      onProgress(progress);
      if (performance.now() - heard > (progress ? STUCK_MS : SILENT_MS)) {
        this.cancel();
        throw new Error(gettext("No worker has answered yet. Your changes are kept; try again in a moment."));
      }
    }
    if (answer.state === "failed") throw new Error(answer.failure);
    return answer;
  }

  // Nobody waits for the last wish any more; whoever did gets Dropped.
  forget() {
    this.#number++;
  }

  cancel() {
    this.#number++;
    this.#send(() => api("DELETE", this.#here));
  }

  #send(request) {
    const answer = this.#sent.then(request);
    this.#sent = answer.catch(() => undefined);
    return answer;
  }
}
