// The slideshow as a page of its own.
import { playHere } from "./slideshow.js";

const section = document.querySelector("[data-slideshow]");
if (section) playHere(section);
