// The small map of the viewer's panel: where one photo was taken. Drawn when the panel is open, once for each photo.
import { spotMap } from "./map.js";

const drawn = new WeakSet();

export async function showSpot(element) {
  if (drawn.has(element)) return;
  drawn.add(element);
  const { latitude, longitude, isRough } = element.dataset;
  await spotMap(element, Number(latitude), Number(longitude), isRough !== undefined);
}
