// The stops of the rail beside a grid: its hours where it has few days, else days, months or years, and where each begins.
import { formatHour, formatMonth, formatShortDay, formatShortMonth } from "./dates.js";
import { ngettext } from "../words.js";

const [FEW_DAYS, MOST_DAYS, MOST_MONTHS] = [3, 62, 72];

// Each: { key, label, mark, index }, with the number of its first photo; the mark stands beside the rail.
export function stopsOf({ days }) {
  if (days.length <= FEW_DAYS) return hoursOf(days);
  const years = new Set(days.map((day) => day.key.slice(0, 4)));
  const months = new Set(days.map((day) => day.key.slice(0, 7)));
  if (days.length <= MOST_DAYS) return grouped(days, (day) => day.key, (day) => day.title, formatShortDay);
  if (months.size <= MOST_MONTHS) {
    const isLong = years.size > 1;
    return grouped(days, (day) => day.key.slice(0, 7), (day) => formatMonth(day.key), isLong ? yearOrMonth(days) : formatShortMonth);
  }
  return grouped(days, (day) => day.key.slice(0, 4), (day) => day.key.slice(0, 4), (key) => key.slice(0, 4));
}

// January of each year, and the first month of all, are called by their year.
const yearOrMonth = (days) => (key) => (key.slice(5, 7) === "01" || key === days[0].key ? key.slice(0, 4) : formatShortMonth(key));

function grouped(days, groupOf, labelOf, markOf) {
  const stops = [];
  let last = null;
  for (const day of days) {
    const group = groupOf(day);
    if (group === last) stops.at(-1).count += day.count;
    else stops.push({ key: day.key, label: labelOf(day), mark: markOf(day.key), index: day.start, count: day.count });
    last = group;
  }
  return stops.map(counted);
}

function hoursOf(days) {
  const stops = [];
  for (const day of days) {
    let index = day.start;
    let latest = -1;
    for (const [hour, count] of day.hours) {
      if (hour > latest) {
        const mark = latest < 0 && days.length > 1 ? formatShortDay(day.key) : formatHour(hour);
        stops.push({ key: day.key, label: `${day.title}, ${formatHour(hour)}`, mark, index: Math.min(index, day.start + day.count - 1), count });
        latest = hour;
      } else stops.at(-1).count += count;
      index += count;
    }
  }
  return stops.map(counted);
}

const counted = (stop) => ({ ...stop, words: `${stop.label}, ${ngettext("{count} photo", "{count} photos", stop.count)}` });
