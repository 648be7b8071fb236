// Where the conversation is played: the scroller and the places in it. It stands with its welcome before the rest is loaded.
import { button, el } from "./dom.js";

/** Returns the places as elements, `element` being all of it, with the welcome and the `starters` that can be tapped. */
export function createStage(t, choose) {
  const welcome = el(
    "div",
    { class: "message bot welcome", role: "article", "aria-label": t("greeting"), tabindex: "-1" },
    el("div", { class: "bubble" }, el("p", { text: t("greeting") })),
    el("p", { class: "fine", text: t("promise") }),
  );
  const stage = {
    log: el("div", { class: "log", role: "log", "aria-live": "off", "aria-label": t("transcript") }, welcome),
    typing: el("div", { class: "typing", hidden: true }, el("i"), el("i"), el("i"), el("p", { text: "" })),
    choices: el("div", { class: "choices", role: "group", "aria-label": t("choices") }),
    earlier: button({ text: t("earlier"), class: "chip earlier", hidden: true }),
    jump: button({ icon: "down", text: t("newMessages"), class: "jump", hidden: true }),
    hint: el("p", { class: "keys", text: t("keys"), hidden: true }),
    starters: [t("start1"), t("start2")].map((title) => ({ title, payload: title })),
  };
  stage.scroller = el("div", { class: "scroller" }, stage.earlier, stage.log, stage.typing, stage.choices);
  stage.element = el("div", { class: "transcript" }, stage.scroller, stage.jump, stage.hint);
  showButtons(stage, stage.starters, choose);
  return stage;
}

/** Shows messages that wait, in a `state`, until the conversation is loaded and shows them itself; none takes them away. */
export function showKept({ log, scroller, choices }, messages, state, t) {
  for (const one of log.querySelectorAll(".own")) one.remove();
  for (const { text } of messages) {
    log.append(
      el(
        "div",
        { class: "message own", role: "article", "aria-label": `${t("you")}: ${text}`, tabindex: "-1" },
        el("div", { class: "bubble" }, el("p", { text })),
        el("div", { class: `state ${state}` }, el("span", { text: t(state) })),
      ),
    );
  }
  if (!messages.length) return;
  choices.hidden = true;
  scroller.scrollTop = scroller.scrollHeight;
}

/**
 * Puts buttons to answer with on the stage in place of those before; `choose(button)` is called with the tapped one. `lang`
 * is the language of what they say, where it isn't the page's.
 */
export function showButtons({ choices }, buttons, choose, lang) {
  choices.replaceChildren(...buttons.map((one) => button({ text: one.title, class: "choice", lang, on: { click: () => choose(one) } })));
  choices.hidden = buttons.length === 0;
}
