// What comes from the server or from the device, in the shape that the chat knows. What is of another shape is left out, so
// that one odd field takes nothing else with it: the other cards of a crisis are shown whatever a date looks like.

export const fields = (value) => (value && typeof value === "object" ? value : {});
export const words = (value) => (typeof value === "string" || Number.isFinite(value) ? String(value) : "");
export const number = (value) => (Number.isFinite(value) ? value : null);
export const flag = (value) => (typeof value === "boolean" ? value : null);
export const moment = (value) => (typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : null);
const OWN_PICTURE = /^\/pictures\/[a-z0-9-]+\/[a-z0-9-]+\.(?:png|jpg)$/;
const day = (value) => (/^\d{4}-\d\d-\d\d$/.test(value) ? moment(value) : null);

/** Returns what `shape` makes of each member, without those that it makes nothing of; of anything but a list, none. */
export function list(value, shape) {
  return Array.isArray(value) ? value.map((one) => shape(one)).filter(Boolean) : [];
}

/** Returns an event of the conversation. */
export function event(value) {
  const { id, kind, at, message_id, body } = fields(value);
  const shape = { reply, notice }[kind] ?? own;
  return { id, kind, at: moment(at) ?? new Date().toISOString(), message_id, body: shape(body) };
}

function own(value) {
  const { text, location } = fields(value);
  return { text: words(text), location: Boolean(location) };
}

function notice(value) {
  const { text, lang, reminder, buttons, url, label, starts } = fields(value);
  return {
    text: words(text),
    lang: words(lang),
    reminder: words(reminder),
    buttons: list(buttons, button),
    url: words(url),
    label: words(label),
    starts: moment(starts),
  };
}

function reply(value) {
  const { text, lang, buttons, custom, image, hard_words: hardWords, translated: mark } = fields(value);
  const { type, crisis, services } = fields(custom);
  return {
    text: words(text),
    lang: words(lang),
    image: type === "picture" ? "" : words(image),
    picture: type === "picture" ? picture(custom) : null,
    crisis: Boolean(crisis),
    services: type === "services" ? list(services, service) : [],
    buttons: list(buttons, button),
    hardWords: list(hardWords, hardWord),
    translated: translated(mark),
  };
}

/** Returns a picture of our own, `{url, alt, lang}`, its address a path at our server; null without words for it. */
function picture({ url, alt, lang }) {
  if (!OWN_PICTURE.test(words(url)) || !words(alt)) return null;
  return { url: words(url), alt: words(alt), lang: words(lang) || null };
}

/** The mark of what a machine translated: the original, as one text, the language it is in, and the words that say so. */
function translated(value) {
  const { from, original, words: said } = fields(value);
  const { translated: name, show, hide } = fields(said);
  const texts = typeof original === "string" ? [original] : Object.values(fields(original)).flat();
  const whole = list(texts, words).join("\n\n");
  if (!whole) return null;
  const known = Object.entries({ translated: words(name), show: words(show), hide: words(hide) }).filter(([, one]) => one);
  return { from: words(from), original: whole, words: Object.fromEntries(known) };
}

function button(value) {
  const { title, payload, answer } = fields(value);
  return words(title) && { title: words(title), payload: words(payload) || words(title), answer: words(answer) };
}

function hardWord(value) {
  const { word, plain, lang, word_lang: wordLang } = fields(value);
  return words(word) && words(plain) && { word: words(word), plain: words(plain), lang: words(lang), wordLang: words(wordLang) || "fi" };
}

/** Returns a service as a card needs it, or null when it has no name. */
export function service(value) {
  const one = fields(value);
  const [id, name] = [words(one.id), words(one.name)];
  if (!id || !name) return null;
  return {
    id,
    name,
    language: words(one.language), // of the card
    translated: translated(one.translated),
    lang: languages(one.lang), // of those parts that are in another
    summary: words(one.summary),
    why: list(one.why, words),
    first_step: words(one.first_step),
    what_happens: words(one.what_happens),
    distance_km: number(one.distance_km),
    open_now: flag(one.open_now),
    opens: moment(one.opens),
    next_session: moment(one.next_session),
    session: words(one.session),
    verified: day(one.verified),
    channels: list(one.channels, channel),
  };
}

function languages(value) {
  return Object.fromEntries(Object.entries(fields(value)).filter(([, language]) => words(language)));
}

function channel(value) {
  const { type, label, named, open_now: isOpen, url, cost, number: written, point } = fields(value);
  const said = { label: words(label), cost: words(cost), number: words(written) };
  return { type: words(type), ...said, named: flag(named), open_now: flag(isOpen), url: words(url), point: fields(point) };
}

/** Returns a service that was put aside, `{service, at}`. */
export function saved(value) {
  const { service: one, at } = fields(value);
  const kept = service(one);
  return kept && { service: kept, at: number(at) ?? 0 };
}

/** Returns a need that a link may name, `{id, label}`. */
export function need(value) {
  const { id, label } = fields(value);
  return { id: words(id), label: fields(label) };
}
