// When the person may be contacted: plain presets that count at once, or own hours for each day.
import { button, el } from "./dom.js";
import { dayOfWeek } from "./format.js";
import { byDay, clockWords, DAYS, inWords, isEmpty, isOvernight, PRESETS, presetOf, problemOf, toWindows } from "./hours.js";

const USUAL = { from: "17:00", to: "21:00" };
const HALF_HOURS = Array.from({ length: 49 }, (_, half) => `${String(half >> 1).padStart(2, "0")}:${half % 2 ? "30" : "00"}`);

/**
 * Returns the editor. `profile()` gives the profile as it is now; `save(windows)` resolves when they are kept and
 * rejects when not.
 */
export function hoursEditor(t, profile, save) {
  const now = el("p", { role: "status" });
  const own = ownHours(t, async (windows) => {
    await save(windows);
    show();
  });
  const radios = [...Object.keys(PRESETS), "preset_own"].map((name) => {
    const radio = el("input", { type: "radio", name: "hours", value: name, on: { change: () => choose(name) } });
    return el("label", { class: "option" }, radio, el("span", { text: t(name) }));
  });
  const choose = async (name) => {
    own.element.hidden = name !== "preset_own";
    if (name === "preset_own") return own.show(profile().windows ?? profile().default_windows);
    await save(PRESETS[name]).catch(() => {});
    show(); // also when it was not kept: then the radio goes back
  };
  const show = () => {
    const { windows, default_windows: otherwise } = profile();
    const preset = presetOf(windows);
    for (const label of radios) label.firstChild.checked = label.firstChild.value === preset;
    own.element.hidden = preset !== "preset_own";
    if (preset === "preset_own") own.show(windows);
    const name = !windows ? "hoursDefault" : windows.length ? "hoursNow" : "hoursNever";
    now.textContent = t(name, { hours: inWords(windows ?? otherwise, t) });
  };
  show();
  return el("fieldset", { class: "hours" }, el("legend", { text: t("hours") }), now, el("div", { class: "options column" }, ...radios), own.element);
}

/** A row for each day: a box to tick, and a start and an end while it is ticked. */
function ownHours(t, save) {
  let last = USUAL; // a day that is ticked takes the hours that were chosen last
  const rows = DAYS.map((day, index) => dayRow(t, day, dayOfWeek(index, t.language), () => last, (hours) => (last = hours)));
  const problem = el("p", { class: "error", role: "alert" });
  const submit = async () => {
    for (const row of rows) row.check();
    const week = rows.map((row) => row.hours());
    const found = problemOf(week);
    problem.textContent = "";
    if (!found) return save(toWindows(week)).catch(() => {});
    const isNone = found.problem === "noDays";
    problem.textContent = isNone ? t("noDays") : t("checkHours", { day: dayOfWeek(found.day, t.language) });
    rows[found.day].focus(isNone ? null : found.nth);
  };
  const element = el(
    "div",
    { class: "own-hours", hidden: true },
    el("p", { class: "fine", text: t("ownHint") }),
    ...rows.map((row) => row.element),
    problem,
    button({ text: t("saveHours"), class: "wide first", on: { click: submit } }),
  );
  const show = (windows) => {
    const week = byDay(windows);
    last = week.flat()[0] ?? USUAL;
    problem.textContent = "";
    rows.forEach((row, index) => row.show(week[index]));
  };
  return { element, show };
}

function dayRow(t, day, name, usual, changed) {
  const box = el("input", { type: "checkbox", name: `day-${day}`, on: { change: () => show(box.checked ? [usual()] : []) } });
  const times = el("div", { class: "times" });
  const more = button({ text: t("addHours"), class: "chip", "aria-label": t("addHoursTo", { day: name }), on: { click: () => add() } });
  const element = el("div", { class: "day", role: "group", "aria-label": name }, el("label", { class: "option" }, box, el("span", { text: name })), times, more);
  let pairs = [];

  const hours = () => pairs.map((pair) => pair.value());
  const show = (list) => {
    box.checked = list.length > 0;
    more.hidden = !box.checked;
    pairs = list.map((one, nth) => timePair(t, day, name, nth, one, { changed, remove: nth > 0 && (() => remove(nth)) }));
    times.replaceChildren(...pairs.map((pair) => pair.element));
  };
  const add = () => {
    const end = hours().at(-1).to;
    const from = end < "22:00" ? end : "08:00";
    const hour = Number(from.slice(0, 2)) + 2;
    show([...hours(), { from, to: `${String(hour).padStart(2, "0")}:00` }]);
    pairs.at(-1).focus();
  };
  const remove = (nth) => {
    show(hours().filter((_, index) => index !== nth));
    more.focus();
  };
  return {
    element,
    hours,
    show,
    check: () => pairs.forEach((pair) => pair.check()),
    focus: (nth) => (nth == null ? box : pairs[nth]).focus(),
  };
}

/** A start and an end to choose, with what is to be known of them below. */
function timePair(t, day, name, nth, { from, to }, { changed, remove }) {
  const words = (which) => t(nth ? `${which}Nth` : which, { day: name, n: nth + 1 });
  const note = el("p", { class: "fine", id: `hours-${day}-${nth}` });
  const start = picker(t, HALF_HOURS.slice(0, -1), from, words("hourFrom"), note.id);
  const end = picker(t, HALF_HOURS.slice(1), to, words("hourTo"), note.id);
  const value = () => ({ from: start.value, to: end.value });
  const check = () => {
    const isWrong = isEmpty(start.value, end.value);
    end.setAttribute("aria-invalid", String(isWrong));
    note.className = isWrong ? "error" : "fine";
    note.textContent = isWrong ? t("sameHours") : isOvernight(start.value, end.value) ? t("overnight") : "";
  };
  for (const one of [start, end]) {
    one.addEventListener("change", () => {
      check();
      changed(value());
    });
  }
  check();
  const away = remove && button({ icon: "close", label: t("removeHours", { n: nth + 1, day: name }), class: "round", on: { click: remove } });
  const element = el("div", { class: "pair" }, start, el("span", { "aria-hidden": "true", text: "–" }), end, away, note);
  return { element, value, check, focus: () => (isEmpty(start.value, end.value) ? end : start).focus() };
}

function picker(t, clocks, chosen, label, note) {
  const all = clocks.includes(chosen) ? clocks : [...clocks, chosen].sort(); // what was said by talking may be any minute
  const options = all.map((clock) => el("option", { value: clock, text: clockWords(clock, t) }));
  const select = el("select", { "aria-label": label, "aria-describedby": note }, ...options);
  select.value = chosen;
  return select;
}
