// The best there is of a photo, once somebody looks closer than the screen needs. Quietly: what can't be had leaves what is there.

const LARGEST_PIXELS = 60_000_000; // beyond, a phone has no memory for the original; its largest rendition is shown

const largestOf = (image) => image.srcset.split(", ").at(-1).split(" ")[0];

// Better pictures than the one that is shown, the best first.
function wanted(viewer, image) {
  const { full, width, height } = viewer.dataset;
  const found = full && width * height <= LARGEST_PIXELS ? [full] : [];
  return image.srcset ? [...found, largestOf(image)] : found;
}

export async function sharpen(viewer) {
  const image = viewer.querySelector("[data-stage-slide] > img");
  if (!image || image.dataset.isSharp) return;
  image.dataset.isSharp = "1";
  const progress = viewer.querySelector("[data-stage-progress]");
  const later = setTimeout(() => (progress.hidden = false), 300);
  for (const src of wanted(viewer, image)) {
    const sharp = new Image();
    sharp.src = src;
    try {
      await sharp.decode();
    } catch {
      continue; // refused, gone, or too large: the next best
    }
    image.removeAttribute("srcset");
    image.src = sharp.src;
    break;
  }
  clearTimeout(later);
  progress.hidden = true;
}
