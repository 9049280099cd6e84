// The slideshow as a page of its own, of a room or of a share link.
import { playHere } from "./slideshow.js";

const LOOK_AGAIN_MS = 30_000;
const section = document.querySelector("[data-slideshow]");
if (section?.querySelector("[data-slide]")) playHere(section);
else if (section?.dataset.live) setTimeout(() => location.reload(), LOOK_AGAIN_MS); // a screen that waits for the first photo
