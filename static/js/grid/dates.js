// Days of the outline ("2026-06-20") in the reader's words.
import { locale } from "../words.js";

const dated = locale.replace(/^en(?=-u|$)/, "en-GB"); // as the server writes English days
const formats = new Map();

function formatOf(options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(dated, { timeZone: "UTC", ...options }));
  return formats.get(key);
}

const say = (day, options) => formatOf(options).format(new Date(`${day}T12:00:00Z`));

export const formatMonth = (day) => say(day, { month: "long", year: "numeric" });
export const formatShortMonth = (day) => say(day, { month: "short" });
export const formatShortDay = (day) => say(day, { day: "numeric", month: "short" });
export const formatHour = (hour) => `${String(hour).padStart(2, "0")}:00`;
