// What a machine translated says so, and shows the original on a tap. The words come with the reply, in its language.
import { el } from "./dom.js";
import { paragraphs } from "./message.js";
import { spoken } from "./spoken.js";

const FINNISH = { translated: "Konekäännös", show: "näytä alkuperäinen", hide: "piilota alkuperäinen" };

/** Returns a line for a reply that was translated, with its original folded away after it; nothing for any other reply. */
export function translatedLine({ lang, translated, services }, t) {
  const marks = [translated, ...services.map((one) => one.translated)].filter(Boolean);
  if (!marks.length) return null;
  const said = { ...FINNISH, ...marks[0].words };
  const original = el("div", { class: "bubble original", hidden: true });
  for (const mark of marks) original.append(...paragraphs(mark.original, { t, language: mark.from }));
  const toggle = el("button", { type: "button", class: "word", "aria-expanded": "false" });
  toggle.textContent = said.show;
  toggle.addEventListener("click", () => {
    original.hidden = !original.hidden;
    toggle.setAttribute("aria-expanded", String(!original.hidden));
    toggle.textContent = original.hidden ? said.show : said.hide;
  });
  return el("div", {}, el("p", { class: "fine translated", ...spoken(lang) }, `${said.translated} · `, toggle), original);
}
