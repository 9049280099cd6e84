// Parameters that need more than a slider: curves, strokes, places, faces, photos, looks.
import { brush } from "./brush_part.js";
import { curve } from "./curve_part.js";
import { faces, photos } from "./ids_part.js";
import { looks } from "./looks_part.js";
import { picker } from "./picker_part.js";
import { places } from "./places_part.js";
import { styles } from "./styles_part.js";

const KINDS = { strokes: brush };

export const SPECIALS = {
  of(operation, parameter) {
    if (parameter.kind === "points") return parameter.meaning === "curve" ? curve : places;
    if (parameter.kind === "ids") return parameter.of === "faces" ? faces : photos;
    if (operation.name === "looks" && parameter.name === "look") return looks;
    if (operation.name === "style" && parameter.name === "style") return styles;
    return KINDS[parameter.kind];
  },
  // Beside the parameters of an operation.
  extra: { white_balance: picker },
};
