// How the chat looks and speaks, and what it keeps about the person.
import { button, el } from "./dom.js";
import { LANGUAGES } from "./texts.js";

/**
 * Returns the panel's content. `settings` are the present choices and `change(name, value)` sets one; `data` has
 * `exists`, `tone()` and `translation()` (elements), `openReminders()`, `openChannels()`, `openKnown()`, and `download()` and `erase()`, which reject when they fail; `base` is the
 * address of the server's pages.
 */
export function settingsContent(t, settings, change, data, base) {
  return [
    choice(t("appearance"), "theme", { auto: t("auto"), light: t("light"), dark: t("dark") }, settings.theme, change),
    choice(t("textSize"), "size", { medium: t("size_medium"), large: t("size_large"), huge: t("size_huge") }, settings.size, change),
    choice(t("language"), "language", LANGUAGES, settings.language, change, t("languageHint")),
    data.tone(),
    data.translation(),
    button({ icon: "bell", text: t("reminders"), class: "wide", on: { click: data.openReminders } }),
    button({ icon: "chat", text: t("channels"), class: "wide", on: { click: data.openChannels } }),
    el("section", { class: "data" }, el("h3", { text: t("myData") }), ...knownOrNot(t, data)),
    el(
      "p",
      { class: "links" },
      pageLink(`${base}tietosuoja?kieli=${t.language}`, t("privacy")),
      pageLink(`${base}saavutettavuus?kieli=${t.language}`, t("accessibility")),
    ),
  ];
}

function pageLink(address, text) {
  return el("a", { class: "inline", href: address, target: "_blank", rel: "noopener", text });
}

function choice(title, name, options, chosen, change, hint) {
  const radios = Object.entries(options).map(([value, text]) => {
    const radio = el("input", { type: "radio", name, value, on: { change: () => change(name, value) } });
    radio.checked = value === chosen;
    return el("label", { class: "option" }, radio, el("span", { text, lang: name === "language" ? value : null }));
  });
  return el(
    "fieldset",
    {},
    el("legend", { text: title }),
    el("div", { class: "options" }, ...radios),
    hint && el("p", { class: "fine", text: hint }),
  );
}

function knownOrNot(t, data) {
  if (!data.exists) return [el("p", { text: t("noData") })];
  return [button({ text: t("known"), class: "wide", on: { click: data.openKnown } }), ...ownData(t, data)];
}

/** Returns what people can do with all that is kept of them: get it as a file, and have it erased, asked once. */
export function ownData(t, data) {
  const status = el("p", { role: "status", class: "fine" });
  const download = button({
    text: t("download"),
    class: "wide",
    on: { click: () => data.download().then(() => (status.textContent = ""), () => (status.textContent = t("downloadFailed"))) },
  });
  const question = el("p", { text: t("eraseSure"), id: "erase-sure" });
  const yes = button({ text: t("eraseYes"), class: "wide first", "aria-describedby": "erase-sure" });
  const no = button({ text: t("cancel"), class: "wide" });
  const sure = el("div", { class: "sure", hidden: true }, question, yes, no);
  const ask = button({ text: t("erase"), class: "wide" });
  ask.addEventListener("click", () => {
    [sure.hidden, ask.hidden] = [false, true];
    no.focus();
  });
  no.addEventListener("click", () => {
    [sure.hidden, ask.hidden] = [true, false];
    ask.focus();
  });
  yes.addEventListener("click", () => data.erase().catch(() => (status.textContent = t("eraseFailed"))));
  return [download, ask, sure, status];
}
