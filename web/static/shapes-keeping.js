// What the server tells of keeping in touch, in the shape that the panels know (shapes.js says why).
import { fields, flag, list, moment, number, words } from "./shapes.js";

export const text = words;

/** Returns a profile. What isn't told is null, "" or empty; the names are the server's. */
export function profile(value) {
  const one = fields(value);
  return {
    kept: Boolean(one.kept),
    language: words(one.language),
    tone: words(one.tone),
    translation_by: words(one.translation_by),
    translation_allowed: flag(one.translation_allowed),
    municipality: words(one.municipality),
    has_position: Boolean(one.has_position),
    age: number(one.age),
    interests: list(one.interests, words),
    zone: words(one.zone) || "Europe/Helsinki",
    windows: Array.isArray(one.windows) ? list(one.windows, window) : null,
    default_windows: list(one.default_windows, window),
    reminders_allowed: Boolean(one.reminders_allowed),
    paused_until: moment(one.paused_until),
    most_per_day: number(one.most_per_day) ?? 3,
    topics_off: list(one.topics_off, words),
    topics: list(one.topics, topic),
    lock_screen: one.lock_screen === "full" ? "full" : "neutral",
    encouragement: flag(one.encouragement) ?? true,
    pushes: number(one.pushes) ?? 0,
    has_calendar: Boolean(one.has_calendar),
    channels: list(one.channels, channel),
    created_at: moment(one.created_at),
    last_seen_at: moment(one.last_seen_at),
  };
}

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

function window(value) {
  const { days, from, to } = fields(value);
  return CLOCK.test(from) && CLOCK.test(to) && { days: list(days, words), from, to };
}

function topic(value) {
  const { id, name } = fields(value);
  return words(id) && { id: words(id), name: fields(name) };
}

const CHANNELS = ["widget", "telegram", "discord"];

function channel(value) {
  const { channel: name, here } = fields(value);
  return CHANNELS.includes(name) && { channel: name, here: Boolean(here) };
}

/** Returns a code that links another channel, with the ways to tell it. */
export function linkCode(value) {
  const { code, expires, links } = fields(value);
  return { code: words(code), expires: moment(expires), links: list(links, deepLink) };
}

function deepLink(value) {
  const { channel: name, url, has_code: hasCode, qr } = fields(value);
  const { size, path } = fields(qr);
  const isDrawn = number(size) && /^[Mhvz\d \-]+$/.test(words(path));
  return CHANNELS.includes(name) && { channel: name, url: words(url), hasCode: Boolean(hasCode), qr: isDrawn ? { size, path } : null };
}

/** Returns what became of a code that was told. */
export function linked(value) {
  const { channel: name, channels } = fields(value);
  return { channel: words(name), channels: list(channels, channel) };
}

/** Returns the reminders of an answer of the server. */
export function reminders(value) {
  return list(fields(value).reminders, (reminder) => {
    const { id, name, starts, state, answered } = fields(reminder);
    return words(id) && { id: words(id), name: words(name), starts: moment(starts), state: words(state), answered: words(answered) };
  });
}

/** Returns a calendar link. */
export function calendar(value) {
  const { url, webcal } = fields(value);
  return { url: words(url), webcal: /^webcals?:/.test(webcal) ? webcal : "" };
}

/** Returns what the panel of what is known needs of everything that is kept. */
export function known(value) {
  const { sessions, reminders: kept, feedback, conversations, remembered } = fields(value);
  const events = list(conversations, (one) => ({ number: list(fields(one).events, fields).length }));
  return {
    sessions: list(sessions, aboutService),
    reminders: list(kept, fields).length,
    feedback: list(fields(feedback).services, aboutService),
    messages: events.reduce((sum, { number }) => sum + number, 0),
    remembered: slots(remembered),
  };
}

function aboutService(value) {
  const { service, text: said } = fields(value);
  return words(service) && { service: words(service), text: words(said) };
}

/** What the bot made of the conversation. */
function slots(value) {
  const { municipality, coordinates, age, needs, crisis_seen: crisis, shown, wishes } = fields(value);
  return {
    municipality: words(municipality),
    hasPosition: Boolean(coordinates),
    age: number(age),
    needs: list(needs, (need) => words(fields(need).id)),
    crisis: Boolean(crisis),
    shown: list(shown, words).length,
    declined: list(fields(wishes).declined, words).length,
    isAny: Object.keys(fields(value)).length > 0,
  };
}
