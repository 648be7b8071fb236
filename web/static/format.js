// Times, distances and numbers as people read them. Opening times are Finnish wall-clock times wherever the phone is.

const ZONE = "Europe/Helsinki";
const FRESH = 15 * 60_000; // milliseconds that "open now" is believed

const locale = (language) => ({ fi: "fi-FI", sv: "sv-FI", en: "en-GB" })[language];

function format(moment, language, options) {
  return new Intl.DateTimeFormat(locale(language), { timeZone: ZONE, ...options }).format(moment);
}

/** Returns the time of day, `21.04`. */
export function clock(moment, language) {
  return format(moment, language, { hour: "numeric", minute: "2-digit" });
}

/** Returns a key that is the same for moments of one Finnish day. */
export function dayKey(moment) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE }).format(moment); // 2026-11-22
}

/** Returns "today", "yesterday", or the day in words. */
export function dayName(moment, t, now = new Date()) {
  const days = daysBetween(now, moment);
  if (days === 0) return t("today");
  if (days === -1) return t("yesterday");
  return format(moment, t.language, { weekday: "long", day: "numeric", month: "numeric" });
}

/** Returns a date `2026-11-01` in the language's own form. */
export function date(iso, language) {
  return format(new Date(`${iso}T12:00:00Z`), language, { dateStyle: "medium" });
}

/** Returns the distance in words, or "" when it isn't known. */
export function distance(km, t) {
  if (km == null) return "";
  if (km < 1) return t("under1km");
  return `${new Intl.NumberFormat(locale(t.language), { maximumFractionDigits: km < 10 ? 1 : 0 }).format(km)} km`;
}

/**
 * Returns `{state, text}` of a service's doors: state is "open", "closed" or "unknown". What was told at `at` is said
 * with its time when it is no longer fresh: never a guess.
 */
export function opening({ open_now: open, opens }, at, t, now = new Date()) {
  const next = opens ? new Date(opens) : null;
  const isFresh = now - at < FRESH;
  if (next && next > now && !open) return { state: "closed", text: t("opens", { when: opensWhen(next, t, now) }) };
  if (open == null || (next && next <= now && !isFresh)) return { state: "unknown", text: t("hoursUnknown") };
  const text = t(open ? "open" : "closed");
  if (isFresh) return { state: open ? "open" : "closed", text };
  return { state: "unknown", text: t("asOf", { what: text, when: when(at, t, now) }) };
}

/** Returns a moment to come, or one that was, in a few words. */
export function when(moment, t, now = new Date()) {
  return t("at", { day: dayName(moment, t, now), time: clock(moment, t.language) });
}

/** Returns the name of a day of the week, 0 being Monday. */
export function dayOfWeek(index, language) {
  return new Intl.DateTimeFormat(locale(language), { timeZone: "UTC", weekday: "long" }).format(Date.UTC(2024, 0, 1 + index)); // a Monday
}

function opensWhen(moment, t, now) {
  const days = daysBetween(now, moment);
  const time = clock(moment, t.language).replace(/\.00$/, "");
  const name = days === 0 ? t("today") : days === 1 ? t("tomorrow") : t.weekday(weekday(moment));
  return t("at", { day: days < 7 ? name : format(moment, t.language, { day: "numeric", month: "numeric" }), time });
}

function weekday(moment) {
  return ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].indexOf(format(moment, "en", { weekday: "short" }).slice(0, 3));
}

function daysBetween(from, to) {
  return Math.round((Date.parse(dayKey(to)) - Date.parse(dayKey(from))) / 86_400_000);
}
