// What is inside a bubble: paragraphs, quotations to copy, links, and hard words with their explanation.
import { button, el, link } from "./dom.js";
import { inOrder, languageOf, spoken } from "./spoken.js";

const QUOTED = /^[”“"](.+)[”"]$/s;
const ADDRESS = /https:\/\/[^\s”"<>]+[^\s”"<>.,;:!?)]/g;

/**
 * Returns the elements of a text in a language ("": what it looks like); hard words are `[{word, plain, lang, wordLang}]`, and a
 * quotation, which may be in another language than what is around it, gets a button that copies it.
 */
export function paragraphs(text, { t, hardWords = [], copy, language = "" }) {
  return text.split(/\n{2,}/).filter(Boolean).flatMap((paragraph) => {
    const quoted = copy && QUOTED.exec(paragraph.trim());
    if (!quoted) return withHardWords(paragraph, hardWords, language);
    const action = button({ icon: "copy", text: t("copy"), class: "chip", on: { click: () => copy(quoted[1]) } });
    return el("blockquote", { lang: t.language }, el("p", { text: quoted[1], ...spoken(languageOf(quoted[1], language || "fi")) }), action);
  });
}

/** Returns a paragraph, and a hidden explanation after it for each hard word, which a tap on the word shows. */
export function withHardWords(text, hardWords, language = "") {
  const known = language || languageOf(text);
  const line = el("p", spoken(known));
  const linked = (part) => links(part).flatMap((one) => (typeof one === "string" ? inOrder(one, known) : one));
  const explanations = [];
  let rest = text;
  for (const { word, plain, lang, wordLang, at } of found(text, hardWords)) {
    const start = at - (text.length - rest.length);
    line.append(...linked(rest.slice(0, start)));
    const meaning = { class: "plain-words", hidden: true, ...spoken(lang || languageOf(plain)) };
    const explanation = el("p", meaning, el("b", { text: word, lang: wordLang }), ` ${plain}`);
    line.append(hardWord(word, wordLang, explanation));
    explanations.push(explanation);
    rest = rest.slice(start + word.length);
  }
  line.append(...linked(rest));
  return [line, ...explanations];
}

/** The first place of each hard word as a whole word, in order, none inside another. */
function found(text, hardWords) {
  const places = [];
  for (const { word, ...hard } of hardWords) {
    const match = new RegExp(`(^|[^\\p{L}])(${escapeRegExp(word)})(?!\\p{L})`, "iu").exec(text);
    if (match) places.push({ ...hard, word: match[2], at: match.index + match[1].length });
  }
  places.sort((one, other) => one.at - other.at || other.word.length - one.word.length);
  let end = 0;
  return places.filter(({ word, at }) => at >= end && (end = at + word.length));
}

function hardWord(word, lang, explanation) {
  const toggle = el("button", { type: "button", class: "word", lang, "aria-expanded": "false" });
  toggle.textContent = word;
  toggle.addEventListener("click", () => {
    explanation.hidden = !explanation.hidden;
    toggle.setAttribute("aria-expanded", String(!explanation.hidden));
  });
  return toggle;
}

function links(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const label = match[0].replace("https://", "");
    parts.push(text.slice(from, match.index), link(match[0], { class: "inline", dir: "ltr" }, label) ?? match[0]);
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)].filter((part) => part !== "");
}

function escapeRegExp(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
