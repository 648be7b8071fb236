// What is known of the person, all of it, in plain words; word for word it is in the file that they can download.
import { el } from "./dom.js";
import { when } from "./format.js";
import { inWords, joined, zoneName } from "./hours.js";
import { ownData } from "./panel-settings.js";
import { TONES } from "./panel-tone.js";
import { known } from "./shapes-keeping.js";
import { LANGUAGES } from "./texts.js";

/** Returns an element that fills itself; `chat` is chat.js's, with its conversation, `data` is that of the settings. */
export function knownContent(chat, data) {
  const { t, conversation } = chat;
  const element = el("div", { class: "known" }, el("p", { text: t("loading") }));
  const show = (sections) => element.replaceChildren(...sections, el("section", { class: "data" }, ...(data.exists ? ownData(t, data) : [])));
  tell(chat).then(show, () => show([el("p", { text: t("knownAway") }), ...device(t, conversation.saved.list, chat.settings)]));
  return element;
}

async function tell({ t, api, conversation, settings }) {
  const { connection, keeping, saved } = conversation;
  const here = device(t, saved.list, settings);
  if (!connection.exists) return [el("p", { text: t("noData") }), ...here];
  const [profile, everything, needs] = await Promise.all([keeping.profile(), keeping.export().then(known), api.needs().catch(() => [])]);
  const ids = [...everything.sessions, ...everything.feedback].map(({ service }) => service);
  const names = await serviceNames(api, ids, t.language);
  const words = { t, names, need: (id) => needs.find((one) => one.id === id)?.label?.[t.language] ?? id };
  return [
    ...section(t, t("knownFrom"), told(profile, words)),
    el("p", { class: "fine", text: t("knownChange") }),
    ...section(t, t("k_remembered"), remembered(everything.remembered, words)),
    ...section(t, t("knownContact"), contact(profile, words)),
    ...section(t, t("knownKept"), stored(profile, everything, words)),
    ...here,
  ];
}

function told({ municipality, has_position: hasPosition, age, interests, language, tone }, { t, need }) {
  return [
    ["k_municipality", municipality || t("notTold")],
    hasPosition && ["k_position", t("yes")],
    ["k_age", age ?? t("notTold")],
    ["k_interests", joined(interests.map(need), t) || t("notTold")],
    language && ["k_language", LANGUAGES[language] ?? language],
    TONES.includes(tone) && ["k_tone", t(`tone_${tone}`)],
  ];
}

function remembered(slots, { t, need }) {
  return [
    slots.municipality && ["k_municipality", slots.municipality],
    slots.hasPosition && ["k_position", t("yes")],
    slots.age != null && ["k_age", slots.age],
    slots.needs.length > 0 && ["k_needs", joined(slots.needs.map(need), t)],
    slots.crisis && ["k_crisis", t("yes")],
    slots.shown > 0 && ["k_shown", slots.shown],
    slots.declined > 0 && ["k_declined", slots.declined],
    slots.isAny && ["k_else", t("k_elseHint")],
  ];
}

function contact(profile, { t }) {
  const { windows, default_windows: otherwise, paused_until: paused, topics_off: off, topics, lock_screen: lock } = profile;
  const isPaused = paused && new Date(paused) > new Date();
  const topic = (id) => topics.find((one) => one.id === id)?.name[t.language] ?? id;
  const hours = windows?.length === 0 ? t("no") : inWords(windows ?? otherwise, t);
  return [
    ["k_reminders", t(profile.reminders_allowed ? "on" : "off")],
    ["k_windows", windows ? hours : `${t("notTold")} (${hours})`],
    ["k_zone", zoneName(profile.zone)],
    isPaused && ["k_paused", when(new Date(paused), t)],
    off.length > 0 && ["k_topicsOff", joined(off.map(topic), t)],
    ["k_most", profile.most_per_day],
    ["k_lock", t(`lock_${lock}`)],
    ["k_encouragement", t(profile.encouragement ? "on" : "off")],
    profile.translation_by && ["k_translation", profile.translation_allowed ? profile.translation_by : t("no")],
    ["k_pushes", profile.pushes],
    profile.channels.length > 1 && ["k_channels", joined([...new Set(profile.channels.map(({ channel }) => t(`channel_${channel}`)))], t)],
    ["k_calendar", t(profile.has_calendar ? "yes" : "no")],
  ];
}

function stored(profile, { sessions, reminders, feedback, messages }, { t, names }) {
  const name = ({ service }) => names.get(service) ?? service;
  const opinion = (one) => [name(one), one.text && `”${one.text}”`].filter(Boolean).join(": ");
  return [
    ["k_messages", messages],
    sessions.length > 0 && ["k_attendances", joined([...new Set(sessions.map(name))], t)],
    ["k_sessions", reminders],
    feedback.length > 0 && ["k_feedback", feedback.map(opinion).join("; ")],
    profile.created_at && ["k_since", when(new Date(profile.created_at), t)],
    profile.last_seen_at && ["k_seen", when(new Date(profile.last_seen_at), t)],
    ["k_kept", t("k_keptHint")],
  ];
}

function device(t, saved, settings) {
  const { theme, size, language } = settings;
  const looks = [t(theme), t(`size_${size}`), language && LANGUAGES[language]].filter(Boolean);
  const rows = [
    ["k_saved", joined(saved.map(({ service }) => service.name), t) || t("none")],
    ["k_settings", looks.join(", ")],
  ];
  return section(t, t("knownDevice"), rows);
}

/** A heading with a list of names and values; nothing when there is none. */
function section(t, title, rows) {
  const items = rows.filter(Boolean).flatMap(([name, value]) => [el("dt", { text: t(name) }), el("dd", { text: String(value) })]);
  return items.length ? [el("h3", { text: title }), el("dl", {}, ...items)] : [];
}

async function serviceNames(api, ids, language) {
  const found = await Promise.all([...new Set(ids)].map((id) => api.service(id, language).catch(() => null)));
  return new Map(found.filter(Boolean).map(({ id, name }) => [id, name]));
}
