// Service cards: what a service is, why it was chosen, the first step, and one big button for each way to reach it.
import { button, el, icon, link, safeUrl } from "./dom.js";
import { date, distance, opening, when } from "./format.js";
import { withHardWords } from "./message.js";
import { isRightToLeft, spoken } from "./spoken.js";
import { telephone } from "./telephone.js";

// What can be done without speaking comes first.
const ORDER = ["chat", "sms", "email", "phone", "video", "visit", "web"];
const PLAIN_LABELS = new Set("Chat Tekstiviesti Puhelin Sähköposti Verkkosivu Käynti Videotapaaminen".split(" "));

/**
 * Returns a service as an element, its own words said by `t` in the language of the service. `at` is when the server told it; `actions` holds what can be done with it:
 * `isSaved(id)`, `toggleSaved(service)`, `share(service)`, `hide(service)`, `isHidden(id)`, and for one that meets
 * `remind(service)` and `calendar(service)`, the address of its .ics; a crisis card has none.
 */
export function card(service, { t, at, hardWords = [], crisis = false, actions = null }) {
  const status = el("p", { class: "status" });
  const refresh = () => fillStatus(status, service, at(), t);
  refresh();
  const block = (part) => withHardWords(service[part], hardWords, languageIn(service, part));
  const because = service.why.flatMap((text, index) => [index ? " · " : "", el("span", { text, ...spoken(languageIn(service, `why.${index}`)) })]);
  const why = !crisis && service.why.length > 0 && [el("b", { text: `${t("why")}: ` }), ...because];
  const step = service.first_step && el("div", { class: "step" }, el("b", { text: t("firstStep") }), ...block("first_step"));
  const ways = el("div", { class: "channels" }, ...channels(service, t));
  const element = el(
    "article",
    { class: crisis ? "card calm" : "card", "data-service": service.id, lang: t.language, dir: isRightToLeft(service.language) && "rtl" },
    el("h3", {}, el("bdi", { text: service.name, lang: languageIn(service, "name") || "fi" })),
    status,
    ...(service.summary ? block("summary") : []),
    why && el("p", { class: "why" }, ...why),
    ...(crisis ? [ways, step] : [step, ways]), // in a crisis the button stands before any more reading
    service.what_happens && el("details", {}, el("summary", { text: t("whatHappens") }), ...block("what_happens")),
    service.next_session && nextSession(service, t, crisis ? null : actions),
    service.verified && el("p", { class: "fine", text: t("verified", { date: date(service.verified, t.language) }) }),
    actions && !crisis && toolbar(service, t, actions),
  );
  element.refresh = refresh;
  return element;
}

/** Returns the language of a part of a service, such as "summary" or "why.0"; "" where the server doesn't say. */
function languageIn({ language, lang }, part) {
  return lang?.[part] || language || "";
}

/** Has every card under `root` tell its opening anew, because time has passed. */
export function refreshCards(root) {
  for (const element of root.querySelectorAll(".card")) element.refresh?.();
}

/** Returns buttons for what can be done at once without speaking: a chat that is open, text messages. At most two. */
export function silentWays(services, t) {
  const ways = services.flatMap(({ name, channels: all, ...service }) =>
    all
      .filter(({ type, open_now: isOpen }) => type === "sms" || (type === "chat" && isOpen))
      .map((channel) => ({ ...channel, label: name, named: true, cost: null, language: languageIn(service, "name") || "fi" })),
  );
  ways.sort((one, other) => ORDER.indexOf(one.type) - ORDER.indexOf(other.type));
  return ways.slice(0, 2).map((channel, index) => channelLink(channel, index === 0, t)).filter(Boolean);
}

/** Returns services as one line, for those who listen. */
export function narrate(services, t) {
  const names = services.map((service) => service.name).join(", ");
  return t(services.length === 1 ? "service" : "services", { n: services.length, names });
}

function fillStatus(status, service, at, t) {
  const { state, text } = opening(service, at, t);
  const far = distance(service.distance_km, t);
  status.replaceChildren(
    el("span", { class: `doors ${state}`, text }),
    ...(far ? [el("span", { class: "far" }, icon("place"), el("span", { text: far }))] : []),
  );
}

function channels(service, t) {
  const isShut = ({ open_now: isOpen }) => service.open_now && isOpen === false; // while another way is open
  const order = (one) => (ORDER.indexOf(one.type) + 1 || ORDER.length + 1) + (isShut(one) ? ORDER.length + 1 : 0);
  const told = service.channels.map((channel, index) => ({
    ...channel,
    language: languageIn(service, `channels.${index}.label`),
    costs: languageIn(service, `channels.${index}.cost`),
    shut: isShut(channel) && t("closed"),
  }));
  const sorted = told.sort((one, other) => order(one) - order(other));
  return sorted.flatMap((channel, index) => [channelLink(channel, index === 0, t), route(channel, t)]).filter(Boolean);
}

function channelLink({ type, label, named, url, cost, number, language, costs, shut }, isFirst, t) {
  const known = ORDER.includes(type) ? type : "web";
  const isCall = type === "phone" && url;
  const ownLabel = (named ?? !PLAIN_LABELS.has(label)) && label && el("span", { text: label, ...spoken(language) });
  const notes = [ownLabel, shut && el("span", { text: shut }), cost && el("span", { text: cost, ...spoken(costs) })].filter(Boolean);
  const note = notes.flatMap((one, index) => [index ? " · " : "", one]);
  const words = [
    el("span", { class: "act", text: t(`act_${known}`) }, ...(isCall ? [" ", el("bdi", { dir: "ltr", text: number || telephone(url) })] : [])),
    note.length > 0 && el("span", { class: "note" }, ...note),
    safeUrl(url)?.startsWith("https:") && el("span", { class: "hidden", text: ` (${t("newTab")})` }),
  ];
  return link(url, { class: isFirst ? "big first" : "big" }, icon(known), el("span", { class: "words" }, ...words));
}

/** A place to visit also gets the way there, where it may be shown. */
function route({ type, point }, t) {
  const { latitude, longitude } = point;
  if (type !== "visit" || !Number.isFinite(latitude) || !Number.isFinite(longitude)) return null;
  return link(
    `https://www.openstreetmap.org/directions?route=%3B${latitude}%2C${longitude}`,
    { class: "big" },
    icon("route"),
    el("span", { class: "words" }, el("span", { class: "act", text: t("act_route") }), el("span", { class: "hidden", text: ` (${t("newTab")})` })),
  );
}

/** When it meets next, and what can be done so that one remembers it. */
function nextSession(service, t, actions) {
  const told = el("p", { text: t("nextSession", { when: when(new Date(service.next_session), t) }) });
  if (new Date(service.next_session) < new Date() || !actions?.remind) return told;
  const file = actions.calendar(service);
  return el(
    "div",
    { class: "session" },
    told,
    button({ icon: "bell", text: t("remindMe"), class: "chip", on: { click: () => actions.remind(service, t) } }),
    file && el("a", { class: "chip", href: file, download: `${service.id}.ics` }, icon("calendar"), el("span", { text: t("addToCalendar") })),
  );
}

function toolbar(service, t, actions) {
  const save = button({ icon: "save", class: "tool" });
  const label = el("span");
  const show = () => {
    const isSaved = actions.isSaved(service.id);
    save.classList.toggle("on", isSaved);
    label.textContent = t(isSaved ? "saved" : "save");
  };
  save.append(label);
  save.addEventListener("click", () => {
    actions.toggleSaved(service);
    show();
  });
  show();
  return el(
    "div",
    { class: "tools" },
    save,
    button({ icon: "share", text: t("share"), class: "tool", on: { click: () => actions.share(service) } }),
    actions.hide && button({ icon: "hide", text: t("notForMe"), class: "tool", on: { click: () => actions.hide(service) } }),
  );
}

/** Returns the line that stands for a service that isn't for this person, with the way back. */
export function hiddenCard(service, { t, undo }) {
  return el(
    "div",
    { class: "hidden-card", "data-service": service.id },
    el("p", { text: t("hidden", { name: service.name }) }),
    button({ text: t("undo"), class: "chip", on: { click: undo } }),
  );
}
