// What is inside a bubble: paragraphs, quotations to copy, links, and hard words with their explanation.
import { button, el, link } from "./dom.js";

const QUOTED = /^[”“"](.+)[”"]$/s;
const ADDRESS = /https:\/\/[^\s”"<>]+[^\s”"<>.,;:!?)]/g;

/** Returns the elements of a text; hard words are `[{word, plain}]`, and a quotation gets a button that copies it. */
export function paragraphs(text, { t, hardWords = [], copy }) {
  return text.split(/\n{2,}/).filter(Boolean).flatMap((paragraph) => {
    const quoted = copy && QUOTED.exec(paragraph.trim());
    if (!quoted) return withHardWords(paragraph, hardWords);
    const action = button({ icon: "copy", text: t("copy"), class: "chip", on: { click: () => copy(quoted[1]) } });
    return el("blockquote", { lang: languageOf(text) }, el("p", { text: quoted[1] }), action);
  });
}

/** Returns a paragraph, and a hidden explanation after it for each hard word, which a tap on the word shows. */
export function withHardWords(text, hardWords) {
  const line = el("p", { lang: languageOf(text), dir: "auto" });
  const explanations = [];
  let rest = text;
  for (const { word, plain, at } of found(text, hardWords)) {
    const start = at - (text.length - rest.length);
    line.append(...linked(rest.slice(0, start)));
    const explanation = el("p", { class: "plain-words", hidden: true }, el("b", { text: word }), ` ${plain}`);
    explanation.dir = "auto";
    line.append(hardWord(word, explanation));
    explanations.push(explanation);
    rest = rest.slice(start + word.length);
  }
  line.append(...linked(rest));
  return [line, ...explanations];
}

/** The first place of each hard word as a whole word, in order, none inside another. */
function found(text, hardWords) {
  const places = [];
  for (const { word, plain } of hardWords) {
    const match = new RegExp(`(^|[^\\p{L}])(${escapeRegExp(word)})(?!\\p{L})`, "iu").exec(text);
    if (match) places.push({ word: match[2], plain, at: match.index + match[1].length });
  }
  places.sort((one, other) => one.at - other.at || other.word.length - one.word.length);
  let end = 0;
  return places.filter(({ word, at }) => at >= end && (end = at + word.length));
}

function hardWord(word, explanation) {
  const toggle = el("button", { type: "button", class: "word", "aria-expanded": "false" });
  toggle.textContent = word;
  toggle.addEventListener("click", () => {
    explanation.hidden = !explanation.hidden;
    toggle.setAttribute("aria-expanded", String(!explanation.hidden));
  });
  return toggle;
}

function linked(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const label = match[0].replace("https://", "");
    parts.push(text.slice(from, match.index), link(match[0], { class: "inline" }, label) ?? match[0]);
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)].filter((part) => part !== "");
}

function escapeRegExp(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

const COMMON = {
  sv: new Set("och det att är du inte för jag på med".split(" ")),
  en: new Set("the you and is are to it of can in".split(" ")),
};

/** Returns the language that a text is read aloud in: Finnish unless common words say otherwise. */
export function languageOf(text) {
  const words = text.toLowerCase().split(/[^\p{L}]+/u);
  const isIn = (language) => words.filter((word) => COMMON[language].has(word)).length > words.length / 6;
  return Object.keys(COMMON).find(isIn) ?? "fi";
}
