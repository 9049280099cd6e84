// The outline of a list as the server tells it: which photos each day has and how wide they are. Fifty thousand take 500 KB.
import { api } from "../api.js";

export class Outline {
  #days = new Map(); // by day: { ids, shapes, hours }, as they came
  #hidden = new Set();
  #numbers = null; // of each photo; made when it is first asked for
  total = 0; // of the whole list, of which parts may still be on their way
  isWhole = false;
  days = []; // { key, title, start, count, hours }
  ids = new Float64Array(0);
  shapes = new Uint8Array(0);

  add(piece) {
    this.total = piece.total ?? this.total;
    this.isWhole = piece.next === null;
    for (const { day, title, photos, shapes, hours } of piece.days) {
      const known = this.#days.get(day) ?? { title, ids: [], shapes: [], hours: [] };
      known.ids.push(...photos);
      known.shapes.push(...shapes);
      known.hours.push(...hours);
      this.#days.set(day, known);
    }
    this.#build();
  }

  hide(ids) {
    for (const id of ids) this.#hidden.add(id);
    this.#build();
  }

  show(ids) {
    for (const id of ids) this.#hidden.delete(id);
    this.#build();
  }

  // Takes over what another one hides.
  hideLike(other) {
    this.#hidden = new Set(other.#hidden);
    this.#build();
  }

  #build() {
    const count = [...this.#days.values()].reduce((sum, day) => sum + day.ids.length, 0);
    const [ids, shapes] = [new Float64Array(count), new Uint8Array(count)];
    this.days = [];
    this.#numbers = null;
    let end = 0;
    for (const [key, day] of this.#days) {
      const start = end;
      for (let at = 0; at < day.ids.length; at += 1) {
        if (this.#hidden.size && this.#hidden.has(day.ids[at])) continue;
        ids[end] = day.ids[at];
        shapes[end] = day.shapes[at];
        end += 1;
      }
      if (end > start) this.days.push({ key, title: day.title, start, count: end - start, hours: day.hours });
    }
    this.ids = ids.subarray(0, end);
    this.shapes = shapes.subarray(0, end);
  }

  // The number of a photo in the list, -1 where it is not (yet) there.
  numberOf(id) {
    if (!this.#numbers) {
      this.#numbers = new Map();
      for (let at = 0; at < this.ids.length; at += 1) this.#numbers.set(this.ids[at], at);
    }
    return this.#numbers.get(id) ?? -1;
  }

  // Whether it is the same list, so that nothing has to be drawn again.
  isLike(other) {
    return this.ids.length === other.ids.length
      && this.ids.every((id, at) => id === other.ids[at] && this.shapes[at] === other.shapes[at])
      && this.days.every((day, at) => day.key === other.days[at]?.key && day.count === other.days[at].count);
  }
}

// Fetches the pieces one after the other; calls back after each of them.
export async function fetchOutline(url, onPiece) {
  const outline = new Outline();
  const address = new URL(url, location.href);
  for (;;) {
    const piece = await api("GET", address.href);
    outline.add(piece);
    onPiece?.(outline);
    if (piece.next === null) return outline;
    address.searchParams.set("after", piece.next);
  }
}
