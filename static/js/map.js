// Maps: outlines of countries (or street tiles where the site has them), photos in clusters, a pin to set.
// Leaflet is loaded when the first map comes into view.
import { api } from "./api.js";
import { gettext, ngettext } from "./words.js";

const DEEPEST = 18; // with street tiles
const DEEPEST_PLAIN = 15; // nothing is drawn there but photos
const DEEPEST_OUTLINES = 10; // nearer, the outlines are off by more than they help
const LABELS = 300; // names of so many places are known to the map
const WAIT_MS = 200;
const PHOTO_PX = 52;

const loads = new Map();

function load(url, make) {
  if (!url) return Promise.resolve();
  if (!loads.has(url)) {
    loads.set(
      url,
      new Promise((resolve, reject) => {
        const element = make(url);
        element.addEventListener("load", resolve);
        element.addEventListener("error", () => reject(new Error(`${url} could not be loaded`)));
        document.head.append(element);
      }),
    );
  }
  return loads.get(url);
}

const script = (url) => load(url, (src) => Object.assign(document.createElement("script"), { src }));
const styles = (url) => load(url, (href) => Object.assign(document.createElement("link"), { rel: "stylesheet", href }));

async function libraries({ dataset }) {
  await Promise.all([styles(dataset.leafletCss), styles(dataset.clustersCss), script(dataset.leaflet), script(dataset.topojson)]);
  await styles(dataset.mapCss); // after Leaflet's own
  await script(dataset.clusters);
  return window.L;
}

async function ground(L, map, { dataset }) {
  if (dataset.tiles) {
    L.tileLayer(dataset.tiles, { attribution: dataset.tilesCredit, maxZoom: DEEPEST, referrerPolicy: "strict-origin-when-cross-origin" }).addTo(map);
    return;
  }
  const world = await fetch(dataset.outlines).then((response) => response.json());
  const { features } = window.topojson.feature(world, world.objects.countries);
  L.geoJSON(unwrapped(features), { interactive: false, style: { className: "map-country", weight: 1, fillOpacity: 1, opacity: 1 } }).addTo(map);
}

const boxOf = (text) => {
  const [south, west, north, east] = text.split(",").map(Number);
  return [[south, west], [north, east]];
};

// Leaflet's edges as the API takes them.
function boxText(bounds) {
  const clamp = (value, most) => Math.max(-most, Math.min(most, value));
  const [south, north] = [clamp(bounds.getSouth(), 90), clamp(bounds.getNorth(), 90)];
  const isRound = bounds.getEast() - bounds.getWest() >= 360;
  const [west, east] = isRound ? [-180, 180] : [clamp(bounds.getWest(), 180), clamp(bounds.getEast(), 180)];
  return [south, west, north, east].map((value) => value.toFixed(5)).join(",");
}

async function makeMap(element, options = {}) {
  element.hidden = false;
  const L = await libraries(element);
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(element, {
    maxZoom: element.dataset.tiles ? DEEPEST : DEEPEST_PLAIN,
    minZoom: 1,
    maxBounds: [[-86, -200], [86, 200]],
    maxBoundsViscosity: 1,
    zoomAnimation: !isStill,
    fadeAnimation: !isStill,
    markerZoomAnimation: !isStill,
    scrollWheelZoom: options.scrolls ?? true,
  });
  map.attributionControl.setPrefix(false);
  const { bounds } = element.dataset;
  if (bounds) map.fitBounds(boxOf(bounds), { padding: [48, 48], maxZoom: 13 });
  else map.setView([25, 10], 1);
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
  if (!element.dataset.tiles) {
    const fade = () => element.classList.toggle("is-deep", map.getZoom() > DEEPEST_OUTLINES);
    map.on("zoomend", fade);
    fade();
  }
  ground(L, map, element).catch(() => undefined); // photos without a ground are still photos on a map
  return { L, map };
}

// Countries that cross the date line come as rings that jump around the world: drawn on, and once more on its other side.
function unwrapped(features) {
  const drawn = (rings, shift) => rings.map((ring) => {
    let [turn, last] = [0, null];
    return ring.map(([longitude, latitude]) => {
      if (last !== null && Math.abs(longitude - last) > 180) turn += longitude < last ? 360 : -360;
      last = longitude;
      return [longitude + turn + shift, latitude];
    });
  });
  const polygons = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);
  for (const { geometry } of features) {
    geometry.coordinates = polygons(geometry).flatMap((rings) => {
      const plain = drawn(rings, 0);
      const edges = plain[0].map(([longitude]) => longitude);
      if (Math.max(...edges) > 180) return [plain, drawn(rings, -360)];
      return Math.min(...edges) < -180 ? [plain, drawn(rings, 360)] : [plain];
    });
    geometry.type = "MultiPolygon";
  }
  return features;
}

function thumbnail(photo, count, name) {
  const box = document.createElement("span");
  const image = document.createElement("img");
  Object.assign(image, { src: `${document.body.dataset.roomUrl}photos/${photo}/320`, alt: "", loading: "lazy", draggable: false });
  box.append(image);
  if (count > 1) {
    const number = Object.assign(document.createElement("span"), { className: "map-count", textContent: count.toLocaleString() });
    box.append(number);
  }
  if (name) box.append(Object.assign(document.createElement("span"), { className: "map-label", textContent: name }));
  return [...box.children];
}

function icon(L, photo, count, name) {
  const html = document.createElement("div");
  html.className = "map-photo-inside";
  html.append(...thumbnail(photo, count, name));
  return L.divIcon({ className: "map-photo", html, iconSize: [PHOTO_PX, PHOTO_PX] });
}

// The place that all photos of a cluster share.
const placeOf = (cluster) => {
  const places = new Set(cluster.getAllChildMarkers().map(({ options }) => options.place));
  return places.size === 1 ? [...places][0] : null;
};
const countOf = (cluster) => cluster.getAllChildMarkers().reduce((sum, { options }) => sum + options.count, 0);

class PhotoMap {
  #element;
  #L;
  #map;
  #group;
  #isSingle = false;
  #request;
  #timer;
  #points = [];
  #names = new Map();

  constructor(element, L, map) {
    this.#element = element;
    this.#L = L;
    this.#map = map;
    this.#group = L.markerClusterGroup({
      showCoverageOnHover: false,
      maxClusterRadius: 56,
      spiderfyOnMaxZoom: false,
      animate: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      iconCreateFunction: (cluster) => icon(L, cluster.getAllChildMarkers()[0].options.photo, countOf(cluster), this.#names.get(placeOf(cluster))),
    });
    this.#group.on("clusterclick", ({ layer }) => {
      if (map.getZoom() >= map.getMaxZoom()) this.#open(layer.getBounds());
    });
    map.addLayer(this.#group);
    map.on("moveend", () => {
      this.#tellHere();
      clearTimeout(this.#timer);
      if (!this.#isSingle) this.#timer = setTimeout(() => this.#load(), WAIT_MS);
    });
    this.#start();
  }

  async #start() {
    const isOfOnePlace = Boolean(this.#element.dataset.filter); // its name stands above
    const found = isOfOnePlace ? { results: [] } : await api("GET", `${document.body.dataset.roomApi}places/?page_size=${LABELS}`).catch(() => ({ results: [] }));
    for (const { id, name } of found.results) this.#names.set(id, name);
    this.#load();
  }

  async #load() {
    this.#request?.abort();
    this.#request = new AbortController();
    const query = new URLSearchParams({ zoom: Math.round(this.#map.getZoom()) });
    if (this.#element.dataset.filter) query.set("place", this.#element.dataset.filter);
    if (this.#points.length) query.set("box", boxText(this.#map.getBounds().pad(0.3)));
    const url = `${document.body.dataset.roomApi}places/points/?${query}`;
    let found;
    try {
      found = await fetch(url, { signal: this.#request.signal, headers: { Accept: "application/json" } }).then((response) => response.json());
    } catch {
      return; // moved on, or no connection: what is drawn stays
    }
    if (!found.points) return;
    this.#isSingle = found.is_single && !query.has("box");
    this.#points = found.points;
    this.#draw();
  }

  #draw() {
    const markers = this.#points.map(({ latitude, longitude, photos, photo, place }) => {
      const name = this.#names.get(place);
      const alt = [ngettext("{count} photo", "{count} photos", photos), name].filter(Boolean).join(", ");
      const drawing = icon(this.#L, photo, photos, name);
      const marker = this.#L.marker([latitude, longitude], { icon: drawing, count: photos, photo, place, alt });
      marker.on("click", () => (photos === 1 ? this.#show(photo) : this.#into(latitude, longitude)));
      return marker;
    });
    this.#group.clearLayers();
    this.#group.addLayers(markers);
    this.#tellHere();
  }

  #show(photo) {
    const { filter } = this.#element.dataset;
    location.assign(`${document.body.dataset.roomUrl}photos/${photo}/${filter ? `?place=${filter}` : "?has_place=1"}`);
  }

  // A square of many photos: nearer, as long as there is a nearer.
  #into(latitude, longitude) {
    if (this.#map.getZoom() < this.#map.getMaxZoom()) this.#map.setView([latitude, longitude], Math.min(this.#map.getZoom() + 2, this.#map.getMaxZoom()));
    else this.#open(this.#L.latLng(latitude, longitude).toBounds(120));
  }

  #open(bounds) {
    location.assign(`${document.body.dataset.roomUrl}?box=${boxText(bounds.pad(0.1))}`);
  }

  #tellHere() {
    const link = document.querySelector("[data-map-here]");
    if (!link) return;
    const bounds = this.#map.getBounds();
    const inside = this.#points.filter(({ latitude, longitude }) => bounds.contains([latitude, longitude]));
    const count = inside.reduce((sum, { photos }) => sum + photos, 0);
    link.hidden = count === 0;
    link.href = `${document.body.dataset.roomUrl}?box=${boxText(bounds)}`;
    link.querySelector("[data-map-here-text]").textContent = ngettext("Show this photo", "Show these {count} photos", count);
  }
}

// A map on which a tap sets a pin; `onPin(latitude, longitude)` hears of it.
export async function pinMap(element, onPin) {
  const { L, map } = await makeMap(element);
  const drawing = document.createElement("span");
  drawing.innerHTML = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 21s7-6.5 7-12a7 7 0 0 0-14 0c0 5.500 7 12 7 12z"/><circle cx="12" cy="9" r="2.500"/></svg>';
  const mark = L.divIcon({ className: "map-pin-mark", html: drawing, iconSize: [36, 36], iconAnchor: [18, 34] });
  let pin;
  map.on("click", ({ latlng }) => {
    const at = latlng.wrap();
    pin?.remove();
    pin = L.marker(at, { icon: mark, keyboard: false, interactive: false }).addTo(map);
    onPin(at.lat, at.lng);
  });
  return {
    show: (latitude, longitude) => map.setView([latitude, longitude], 10),
    clear: () => pin?.remove(),
  };
}

// One point, small: it can be moved and zoomed, a wheel scrolls the page. A rough one is drawn as a disc.
export async function spotMap(element, latitude, longitude, isRough) {
  const { L, map } = await makeMap(element, { scrolls: false });
  map.setView([latitude, longitude], element.dataset.tiles ? 13 : 6);
  L.circleMarker([latitude, longitude], { radius: isRough ? 16 : 8, className: isRough ? "map-spot map-spot-rough" : "map-spot", interactive: false, pane: "markerPane" }).addTo(map);
}

export function startMaps() {
  for (const element of document.querySelectorAll("[data-map]:not(.map-pin)")) {
    element.hidden = false;
    makeMap(element, { scrolls: false }).then(({ L, map }) => new PhotoMap(element, L, map)).catch(() => {
      element.hidden = true; // the list below has the same
    });
  }
}
