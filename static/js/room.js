// Every page of a room.
import { startDownloads } from "./downloads.js";
import { startGrid } from "./grid.js";
import { startMarks } from "./marks.js";
import { startMaps } from "./map.js";
import { startNames } from "./names.js";
import { startPeople } from "./people.js";
import { startPlaceForms } from "./place_form.js";
import { startSearch } from "./search.js";
import { startSelection } from "./selection.js";
import { startShare } from "./share.js";
import { startTimeline } from "./timeline.js";
import { startUploads } from "./upload/tray.js";
import { startViewer } from "./viewer.js";

startSelection();
startGrid();
startShare();
startMarks();
startNames();
startPeople();
startMaps();
startPlaceForms();
startViewer();
startUploads();
startSearch();
startDownloads();
startTimeline();
