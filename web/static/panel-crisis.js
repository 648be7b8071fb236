// Crisis contacts, which need neither the bot nor a network once the page has been loaded.
import { button, el, icon, link } from "./dom.js";
import { telephone } from "./telephone.js";

let contacts = [];

/** Fetches the contacts ahead of need; call it again until it succeeds. Resolves to whether they are there. */
export async function loadContacts(base) {
  if (!contacts.length) {
    try {
      contacts = (await import(`${base}crisis-contacts.js`)).contacts;
    } catch {
      return false; // 112 below is always there
    }
  }
  return true;
}

/** Returns the panel's content: 112 first by text message, then the others; `ask()` has the bot look for more. */
export function crisisContent(t, ask) {
  const others = contacts.filter(({ url }) => url !== "tel:112");
  return [
    el("p", { class: "lead", text: t("crisisIntro") }),
    el(
      "div",
      { class: "channels" },
      bigLink("sms:112", "sms", t("crisisSms"), "", true),
      bigLink("tel:112", "phone", t("act_phone"), "112"),
    ),
    el("ul", { class: "contacts" }, ...others.map((contact) => el("li", {}, ...contactLines(contact, t)))),
    el("p", { class: "fine", text: t("crisisAskHint") }),
    button({ icon: "chat", text: t("crisisAsk"), class: "wide", on: { click: ask } }),
  ];
}

function contactLines({ url, ...contact }, t) {
  const isTranslated = t.language in contact;
  const { name, how } = isTranslated ? contact[t.language] : contact;
  const lang = isTranslated ? t.language : "fi";
  const type = url.startsWith("https:") ? (/chat/i.test(name + how) ? "chat" : "web") : url.startsWith("sms:") ? "sms" : "phone";
  const number = type === "phone" ? telephone(url) : "";
  return [el("h3", { text: name, lang }), el("p", { text: how, lang }), bigLink(url, type, t(`act_${type}`), number)].filter(Boolean);
}

function bigLink(url, type, words, number, isFirst = false) {
  return link(url, { class: isFirst ? "big first" : "big" }, icon(type), el("span", { class: "act", text: words }, " ", number && el("bdi", { text: number })));
}
