// A quiet offer to have the page in the language that the conversation is in. Taken or put aside, it doesn't come again.
import { button, el } from "./dom.js";
import { LANGUAGES } from "./texts.js";

const KEPT = "language-offered";

/** One line under the conversation of a `chat` (chat.js), on its stage as it is now. */
export class LanguageOffer {
  #element = null;

  constructor(chat) {
    this.chat = chat;
  }

  /** Makes the offer where the events of the conversation call for it, and takes it back where they no longer do. */
  consider(events) {
    const { chat } = this;
    const language = answeredIn(events);
    const isCalledFor = language in LANGUAGES && language !== chat.t.language;
    const isOpen = isCalledFor && !chat.settings.language && !chat.storage.get(KEPT);
    if (isOpen && this.#element?.lang === language) return;
    this.#element?.remove();
    this.#element = isOpen ? this.#line(chat.textsFor(language)) : null;
    if (isOpen) chat.stage.element.after(this.#element);
  }

  #line(t) {
    const end = (then) => {
      this.chat.storage.set(KEPT, true);
      this.#element.remove();
      this.#element = null;
      then();
    };
    const take = () => end(() => this.chat.change("language", t.language));
    const leave = () => end(() => this.chat.toComposer());
    return el(
      "div",
      { class: "offer", lang: t.language, role: "group", "aria-label": t("language") },
      button({ text: t("offerLanguage"), class: "chip", on: { click: take } }),
      button({ icon: "close", label: t("offerNo"), class: "round", on: { click: leave } }),
    );
  }
}

/**
 * Returns the language that the last two messages were answered in, "" where it was not the same: one word that looks like
 * another language is no reason to offer it. Nothing is offered in a crisis.
 */
export function answeredIn(events) {
  const answers = []; // one for each message, its last reply
  for (const { kind, body } of events) {
    if (kind === "message") answers.push({ lang: "", crisis: false });
    else if (kind === "reply" && answers.length) {
      const answer = answers.at(-1);
      answers[answers.length - 1] = { lang: body.lang || answer.lang, crisis: answer.crisis || body.crisis };
    }
  }
  const [before, last] = answers.filter(({ lang }) => lang).slice(-2);
  return last && before.lang === last.lang && !last.crisis ? last.lang : "";
}
