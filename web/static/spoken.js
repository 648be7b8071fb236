// Which language a text is in, and which way it runs: what a screen reader's voice and the browser need to know.
import { el } from "./dom.js";

const RIGHT_TO_LEFT = new Set(["ar", "ckb", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);
const COMMON = {
  fi: new Set("ja on ei en se mä minä sä että mutta jos kun olen olet oli tai niin".split(" ")),
  sv: new Set("och det att är du inte för jag på med".split(" ")),
  en: new Set("the you and is are to it of can in".split(" ")),
};
const SCRIPTS = Object.entries({ ar: /\p{sc=Arabic}/gu, ru: /\p{sc=Cyrillic}/gu, zh: /\p{sc=Han}/gu, he: /\p{sc=Hebrew}/gu });
/** Letters that only one of the languages of a script has. */
const OWN_LETTERS = Object.entries({ ckb: /[ێۆڵڕ]/, fa: /[پچژگ]/, uk: /[іїєґ]/i });
const NUMBERS = /\+?\d(?:[\d\s.,:/–-]*\d)?/g;

/** Whether a language, such as "fa" or "ar-EG", is written from right to left. */
export function isRightToLeft(language) {
  return RIGHT_TO_LEFT.has((language ?? "").split("-")[0].toLowerCase());
}

/** Returns the attributes of an element with a text in a language; where it isn't known, the text's letters decide. */
export function spoken(language) {
  if (isRightToLeft(language)) return { lang: language, dir: "rtl" };
  return { lang: language || null, dir: "auto" };
}

/** Returns the language that a text is read aloud in: what its letters or common words say, or else `otherwise`. */
export function languageOf(text, otherwise = "fi") {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const written = SCRIPTS.find(([, script]) => (text.match(script)?.length ?? 0) > letters / 2)?.[0];
  if (written) return OWN_LETTERS.find(([language, own]) => own.test(text) && (language === "uk") === (written === "ru"))?.[0] ?? written;
  const words = text.toLowerCase().split(/[^\p{L}]+/u);
  const isIn = (language) => words.filter((word) => COMMON[language].has(word)).length > words.length / 6;
  return Object.keys(COMMON).find(isIn) ?? otherwise;
}

/**
 * Returns a text as what an element can append. From right to left, each number, telephone number and time is kept together
 * and in its own order.
 */
export function inOrder(text, language) {
  if (!isRightToLeft(language)) return [text];
  const parts = [];
  let from = 0;
  for (const { 0: number, index } of text.matchAll(NUMBERS)) {
    parts.push(text.slice(from, index), el("bdi", { dir: "ltr" }, number));
    from = index + number.length;
  }
  return [...parts, text.slice(from)].filter((part) => part !== "");
}
