// Answers on their way to the server: sent one after the other, tried again when the connection fails, never dropped.
import { ApiError, csrfToken, errorOf } from "./api.js";
import { toast } from "./toasts.js";
import { gettext } from "./words.js";

const PAUSES_SECONDS = [1, 2, 4, 8, 15, 30];
const SIGNED_OUT = gettext("You are signed out. Reload the page and sign in again.");

const storageKey = () => `photoroom-answers-${document.body.dataset.room}-${document.body.dataset.user}`;
const undoUrl = (change) => `${document.body.dataset.roomApi}changes/${change}/undo/`;
const photoUndoUrl = (change) => `${document.body.dataset.roomApi}photo-changes/${change}/undo/`;
const isPassing = ({ status }) => status === 0 || status === 429 || status >= 500;

async function post(url, fields) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      keepalive: true, // arrives also when the page is left
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: new URLSearchParams(fields),
    });
  } catch (error) {
    throw new ApiError(gettext("There is no connection right now."), 0, "offline", { cause: error });
  }
  if (!response.ok) throw await errorOf(response);
  return response.json().catch(() => {
    throw new ApiError(SIGNED_OUT, 401, "signed_out");
  });
}

const undoUrls = (told) => [...(told?.changes ?? [])].reverse().map(undoUrl).concat((told?.photo_changes ?? []).map(photoUndoUrl));

export class Answers {
  #waiting = []; // the first one is on its way
  #failures = 0;
  #wake = null;
  #notice = null;
  #onTold;

  // onTold gets the server's answer and the answer that it belongs to.
  constructor({ onTold = () => {} } = {}) {
    this.#onTold = onTold;
    addEventListener("online", () => this.#wake?.());
    addEventListener("pagehide", () => this.#leave());
    for (const { url, fields } of this.#kept()) this.add(url, fields);
  }

  get isEmpty() {
    return this.#waiting.length === 0;
  }

  // Answers an object whose `sent` comes true, with what the server said, or null where it refused.
  add(url, fields) {
    return this.#push({ urls: () => [url], fields: [...fields].filter(([name]) => name !== "csrfmiddlewaretoken") });
  }

  // Takes one back: what has not been sent yet is not sent at all.
  undo(answer) {
    const at = this.#waiting.indexOf(answer);
    if (at > 0) {
      this.#waiting.splice(at, 1);
      answer.settle(null);
      return { sent: Promise.resolve(null) };
    }
    const undone = { fields: [], urls: () => undoUrls(answer.told) };
    return this.#push(undone);
  }

  // When all that waits now has been sent.
  settled() {
    return Promise.all(this.#waiting.map(({ sent }) => sent));
  }

  #push(answer) {
    answer.posted = 0;
    answer.sent = new Promise((resolve) => {
      answer.settle = resolve;
    });
    this.#waiting.push(answer);
    if (this.#waiting.length === 1) this.#send();
    return answer;
  }

  async #send() {
    while (this.#waiting.length) {
      const [answer] = this.#waiting;
      try {
        for (const url of answer.urls().slice(answer.posted)) {
          answer.told = await post(url, answer.fields);
          answer.posted += 1;
        }
        this.#recover();
      } catch (error) {
        if (isPassing(error)) {
          await this.#pause();
          continue;
        }
        this.#say(error.message);
      }
      this.#waiting.shift();
      if (answer.told) this.#onTold(answer.told, answer);
      answer.settle(answer.told ?? null);
    }
  }

  #pause() {
    const seconds = PAUSES_SECONDS[Math.min(this.#failures, PAUSES_SECONDS.length - 1)];
    this.#failures += 1;
    if (this.#failures === 1) this.#say(gettext("There is no connection right now. Go on: your answers are kept and sent again."));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 1000 * seconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #recover() {
    if (this.#failures) this.#say(gettext("The connection is back. Your answers are being sent."));
    this.#failures = 0;
  }

  #say(text) {
    this.#notice?.remove(); // one at a time, however many answers it is about
    this.#notice = toast(text);
  }

  // The page is left: what waits is sent at once; without a connection it is kept for the next page of this room.
  #leave() {
    const rest = this.#waiting.slice(this.#failures ? 0 : 1);
    const kept = rest.flatMap(({ urls, fields }) => urls().map((url) => ({ url, fields })));
    if (this.#failures) sessionStorage.setItem(storageKey(), JSON.stringify([...this.#kept(), ...kept]));
    else for (const { url, fields } of kept) post(url, fields).catch(() => {});
    this.#waiting.splice(1);
  }

  #kept() {
    const kept = JSON.parse(sessionStorage.getItem(storageKey()) ?? "[]");
    sessionStorage.removeItem(storageKey());
    return kept;
  }
}
