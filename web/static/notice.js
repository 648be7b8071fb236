// A reminder in the conversation: what it says, when it begins, the button that opens it, and what can be answered.
import { button, el, icon, link, safeUrl } from "./dom.js";
import { when } from "./format.js";
import { languageOf, spoken } from "./spoken.js";

const ICONS = { "tel:": "phone", "sms:": "sms", "mailto:": "email", "https:": "web" };

/**
 * Returns what is inside a reminder's message. `answer(button)` gives an answer and resolves to what then stands in the
 * place of the buttons ("": they stay), rejects when it didn't get through; `choose(button)` sends a button's words.
 */
export function reminderContent({ text, lang, starts, url, label, buttons }, { t, answer, choose }) {
  const opener = link(
    url,
    { class: "big first" },
    icon(ICONS[safeUrl(url)?.match(/^\w+:/)[0]] ?? "web"),
    el("span", { class: "act", text: label || t("openSession") }),
    safeUrl(url)?.startsWith("https:") && el("span", { class: "hidden", text: ` (${t("newTab")})` }),
  );
  return el(
    "div",
    { class: "reminder", lang: t.language },
    el("p", { class: "reminder-head" }, icon("bell"), el("b", { text: t("reminder") })),
    el("p", { text, ...spoken(lang || languageOf(text)) }),
    starts && el("p", { class: "fine" }, startTime(new Date(starts), t)),
    opener && el("div", { class: "channels" }, opener),
    buttons.length > 0 && answers(buttons, { t, answer, choose }),
  );
}

function startTime(moment, t, now = new Date()) {
  return el("time", { datetime: moment.toISOString(), text: t(moment > now ? "starts" : "started", { when: when(moment, t, now) }) });
}

function answers(buttons, { t, answer, choose }) {
  const status = el("p", { class: "fine", role: "status" });
  const group = el("div", { class: "answers", role: "group", "aria-label": t("answers") });
  const act = async (one, chip) => {
    if (group.ariaBusy === "true") return;
    if (!one.answer) return choose(one);
    group.ariaBusy = "true";
    try {
      const said = await answer(one);
      const hadFocus = group.contains(group.getRootNode().activeElement);
      status.className = "fine";
      status.textContent = said;
      group.hidden = said !== "";
      if (hadFocus && said) group.closest(".message").focus({ preventScroll: true });
    } catch {
      status.className = "error";
      status.textContent = t("answerFailed");
      chip.focus();
    }
    group.ariaBusy = "false";
  };
  for (const one of buttons) {
    const chip = button({ text: one.title, class: "chip", on: { click: () => act(one, chip) } });
    chip.dataset.answer = one.answer;
    group.append(chip);
  }
  return el("div", { class: "answering" }, group, status);
}

/** Returns the button in a reminder's message that gives an answer; none when it can't be given any more. */
export function answerButton(message, answer) {
  return [...message.querySelectorAll(".answers:not([hidden]) button")].find((one) => one.dataset.answer === answer);
}

/** Shows in a reminder's message that it has been answered, with the words of the button. */
export function showAnswered(message, answer, t) {
  const title = answerButton(message, answer)?.textContent;
  if (!title) return;
  const group = message.querySelector(".answers");
  group.hidden = true;
  group.nextElementSibling.textContent = t("chosen", { answer: title });
}
