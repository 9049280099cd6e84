// Where a photo was taken, as far as its first bytes say: "there", "missing" from a camera's file, "unknown" otherwise.
// Android's photo picker takes the place out of photos that it hands to browsers; its file manager does not.

const HEAD_BYTES = 128 * 1024;
const LOOKED_AT = 12;
const CAMERA_TAGS = new Set([0x010f, 0x0110]); // make, model
const GPS_FOLDER = 0x8825;
const LATITUDE = 2;

export async function placeOf(file) {
  try {
    const view = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer());
    return read(view);
  } catch {
    return "unknown"; // not a JPEG, cut off, or unreadable
  }
}

function read(view) {
  const start = exifStart(view);
  if (start === 0) return "unknown";
  const isLittle = view.getUint16(start) === 0x4949;
  const entries = folder(view, start, view.getUint32(start + 4, isLittle), isLittle);
  const gps = entries.get(GPS_FOLDER);
  const latitude = gps && folder(view, start, view.getUint32(gps, isLittle), isLittle).get(LATITUDE);
  if (latitude && hasValue(view, start + view.getUint32(latitude, isLittle), isLittle)) return "there";
  return [...CAMERA_TAGS].some((tag) => entries.has(tag)) ? "missing" : "unknown";
}

// The place of the TIFF header in a JPEG, 0 where there is none.
function exifStart(view) {
  if (view.getUint16(0) !== 0xffd8) return 0;
  let at = 2;
  while (at + 10 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint16(at);
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
    if (marker === 0xffda) return 0;
    at += 2 + view.getUint16(at + 2);
  }
  return 0;
}

// By tag, where the entry's value or its offset stands.
function folder(view, start, offset, isLittle) {
  const at = start + offset;
  const count = view.getUint16(at, isLittle);
  const found = new Map();
  for (let number = 0; number < count; number += 1) {
    const entry = at + 2 + 12 * number;
    found.set(view.getUint16(entry, isLittle), entry + 8);
  }
  return found;
}

// Degrees, minutes, seconds; phones that take the place out write zeros over it.
function hasValue(view, at, isLittle) {
  return [0, 8, 16].some((shift) => view.getUint32(at + shift, isLittle) !== 0);
}

// Whether photos of a camera came without any place, all of those that were looked at.
export async function lostPlaces(files) {
  const places = [];
  for (const file of files.slice(0, LOOKED_AT)) places.push(await placeOf(file));
  return places.includes("missing") && !places.includes("there");
}
