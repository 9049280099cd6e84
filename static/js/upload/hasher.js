// The page's side of hash_worker.js.

export class Hasher {
  #worker = null;
  #workerUrl;
  #waiting = new Map();
  #sha2;
  #next = 1;

  constructor(workerUrl, sha2Url) {
    this.#sha2 = new URL(sha2Url, location.href).href;
    this.#workerUrl = workerUrl;
  }

  // Made when the first file comes, and again when one ended for want of memory.
  #start() {
    this.#worker = new Worker(this.#workerUrl, { type: "module" });
    this.#worker.addEventListener("message", ({ data }) => {
      const { resolve, reject } = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.sha256) resolve(data.sha256);
      else reject(new Error(data.error));
    });
    this.#worker.addEventListener("error", () => {
      this.#worker.terminate();
      this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(new Error("the worker ended"));
      this.#waiting.clear();
    });
  }

  hash(file) {
    if (!this.#worker) this.#start();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, file, sha2: this.#sha2 });
    });
  }
}
