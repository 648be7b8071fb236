// Contact hours: a week's windows `[{days, from, to}]`, by wall clock, as the server keeps them. Pure.
import { dayOfWeek } from "./format.js";

/** The days as the server names them, Monday first. */
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const WEEKDAYS = DAYS.slice(0, 5);
const every = (days, from, to) => [{ days, from: `${from}:00`, to: `${to}:00` }];

/** What can be chosen with one tap, by the name of its text. */
export const PRESETS = {
  preset_evenings: every(DAYS, 17, 21),
  preset_school: every(WEEKDAYS, 15, 20),
  preset_day: every(DAYS, "09", 21),
};

/** Returns which preset some windows are, "preset_own" for others, null when none were said. */
export function presetOf(windows) {
  if (!windows) return null;
  const same = (one) => JSON.stringify(byDay(one)) === JSON.stringify(byDay(windows));
  return Object.keys(PRESETS).find((name) => same(PRESETS[name])) ?? "preset_own";
}

/** Returns the hours `[{from, to}]` of each day, Monday first, a list of seven. */
export function byDay(windows) {
  const of = (day) => windows.filter(({ days }) => days.includes(day)).map(({ from, to }) => ({ from, to }));
  return DAYS.map((day) => of(day).sort((one, other) => (one.from + one.to < other.from + other.to ? -1 : 1)));
}

/** Returns the windows of a week, days with the same hours together. */
export function toWindows(week) {
  const windows = new Map();
  week.forEach((hours, index) => {
    for (const { from, to } of hours) {
      const key = `${from}-${to}`;
      if (!windows.has(key)) windows.set(key, { days: [], from, to });
      const { days } = windows.get(key);
      if (!days.includes(DAYS[index])) days.push(DAYS[index]);
    }
  });
  return [...windows.values()];
}

/** Returns what stands in the way of a week's hours, `{day, nth, problem}`, the first of them, or null. Days count from 0. */
export function problemOf(week) {
  if (!week.some((hours) => hours.length)) return { day: 0, nth: 0, problem: "noDays" };
  for (const [day, hours] of week.entries()) {
    const nth = hours.findIndex(({ from, to }) => isEmpty(from, to));
    if (nth >= 0) return { day, nth, problem: "sameHours" };
  }
  return null;
}

/** Whether hours begin and end at once. */
export function isEmpty(from, to) {
  return from === to;
}

/** Whether hours go on into the next day. */
export function isOvernight(from, to) {
  return to < from;
}

/** Returns windows in words: "arkisin klo 15–20 ja lauantai klo 12–18". */
export function inWords(windows, t) {
  const groups = new Map(); // days by the words of their hours
  byDay(windows).forEach((hours, index) => {
    const said = hours.map(({ from, to }) => `${clockWords(from, t)}–${clockWords(to, t)}`);
    if (said.length) groups.set(joined(said, t), [...(groups.get(joined(said, t)) ?? []), index]);
  });
  return joined([...groups].map(([hours, days]) => t("daysAndHours", { days: daysInWords(days, t), hours })), t);
}

/** Returns a wall-clock time as people read it: "17", "17.30". */
export function clockWords(clock, t) {
  const [hour, minutes] = clock.split(":");
  if (t.language === "en") return clock;
  return minutes === "00" ? String(Number(hour)) : `${Number(hour)}.${minutes}`;
}

/** Returns texts in a row, with "and" before the last. */
export function joined(texts, t) {
  if (texts.length < 2) return texts.join();
  return t("list", { most: texts.slice(0, -1).join(", "), last: texts.at(-1) });
}

const NAMED = { "0123456": "everyDay", "01234": "weekdaysOnly", 56: "weekends" };

function daysInWords(days, t) {
  const name = NAMED[days.join("")];
  return name ? t(name) : joined(days.map((day) => dayOfWeek(day, t.language)), t);
}

/** Returns the place that a time zone `Europe/Helsinki` is named after, "Helsinki". */
export function zoneName(zone) {
  return zone.split("/").at(-1).replaceAll("_", " ");
}
