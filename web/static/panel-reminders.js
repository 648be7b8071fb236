// Reminders on the person's terms: whether, when, how many, what others may see of them. Every choice counts at once.
import { ApiError } from "./api.js";
import { button, el, icon } from "./dom.js";
import { when } from "./format.js";
import { zoneName } from "./hours.js";
import { hoursEditor } from "./panel-hours.js";
import { pushState, startPush, stopPush } from "./push.js";

const WEEK = 7; // days of a pause
const MANY = [1, 2, 3, 5, 10]; // messages a day to choose from

/**
 * Returns an element that fills itself. `chat` gives `t`, `say(text)`, `api.base` and a `conversation` with its
 * `keeping` (keeping.js); `openKnown()` shows what is known of the person.
 */
export function remindersContent(chat, openKnown) {
  const { t, conversation } = chat;
  const { keeping } = conversation;
  const problem = el("p", { class: "error", role: "alert" });
  const body = el("div", { class: "reminders" });
  const element = el("div", { class: "reminders" }, body, problem);
  let profile = null;
  let queue = Promise.resolve();

  /** Keeps some fields, in the order in which they were chosen; rejects when they were not kept, and says so. */
  const save = (fields, words = t("changed")) => {
    const kept = queue.then(async () => {
      problem.textContent = "";
      profile = await keeping.change(fields).catch((error) => failed(error));
      chat.say(words);
    });
    queue = kept.catch(() => {});
    return kept;
  };
  const failed = (error) => {
    chat.say("");
    problem.textContent = t("notChanged");
    if (!(error instanceof ApiError)) console.error("saattaja:", error);
    throw error;
  };
  /** Builds everything anew, after which focus is on the first element that `focus` selects. */
  const show = (focus) => {
    const { reminders_allowed: isOn } = profile;
    const sections = isOn ? [pause, hours, push, lockScreen, topics, coming, calendar] : [...(profile.kept ? [calendar] : [])];
    body.replaceChildren(power(), ...sections.map((section) => section()), known());
    body.querySelector(focus)?.focus();
  };
  const load = async () => {
    body.replaceChildren(el("p", { text: t("loading") }));
    try {
      profile = await keeping.profile();
      show();
    } catch {
      const again = button({ icon: "again", text: t("tryAgain"), class: "wide", on: { click: load } });
      body.replaceChildren(el("p", { text: t("remindersAway") }), again);
    }
  };

  // ---- whether ----

  function power() {
    if (profile.reminders_allowed) {
      const stop = async () => {
        await save({ reminders_allowed: false }, t("turnedOff")).then(() => show(".lead"), () => {});
        if (!profile.reminders_allowed) await stopPush(keeping).catch(() => {});
      };
      return el("section", {}, lead(t("remindersOn")), button({ text: t("turnOff"), class: "wide stop", on: { click: stop } }));
    }
    const start = () => save({ reminders_allowed: true, paused_until: null, ...deviceZone() }, t("turnedOn")).then(() => show(".lead"), () => {});
    const question = el("p", { text: t("turnOnSure"), id: "turn-on-sure" });
    const terms = el("p", { text: t("turnOnTerms"), id: "turn-on-terms" });
    const yes = button({ text: t("turnOnYes"), class: "wide first", "aria-describedby": "turn-on-sure turn-on-terms", on: { click: start } });
    const ask = button({ icon: "bell", text: t("turnOn"), class: "wide first", on: { click: () => swap(true) } });
    const sure = el("div", { class: "sure calm", hidden: true }, question, terms, yes, button({ text: t("notNow"), class: "wide", on: { click: () => swap(false) } }));
    const swap = (isAsked) => {
      [sure.hidden, ask.hidden] = [!isAsked, isAsked];
      (isAsked ? yes : ask).focus();
    };
    return el("section", {}, lead(t("remindersOff")), ask, sure);
  }

  /** Who never said where their clock is has it where the device is, when that isn't Finland. */
  function deviceZone() {
    return profile.kept || !zoneOfDevice() ? {} : { zone: zoneOfDevice() };
  }

  function pause() {
    const until = profile.paused_until && new Date(profile.paused_until);
    if (until && until > new Date()) {
      const resume = () => save({ paused_until: null }).then(() => show(".pause button"), () => {});
      return el("section", { class: "pause" }, el("p", { class: "paused", text: t("paused", { when: when(until, t) }) }), button({ text: t("resume"), class: "wide", on: { click: resume } }));
    }
    const start = () => save({ paused_until: inDays(WEEK).toISOString() }).then(() => show(".pause button"), () => {});
    return el("section", { class: "pause" }, button({ text: t("pause"), class: "wide", on: { click: start } }), el("p", { class: "fine", text: t("pauseHint") }));
  }

  // ---- when and what ----

  function hours() {
    const editor = hoursEditor(t, () => profile, (windows) => save({ windows }));
    const here = zoneOfDevice();
    if (profile.zone === here || !here) return editor;
    const change = () => save({ zone: here }).then(() => show(".zone"), () => {});
    editor.append(
      el("p", { class: "fine zone", tabindex: "-1", text: t("zone", { zone: zoneName(profile.zone) }) }),
      button({ text: t("useZone", { zone: zoneName(here) }), class: "chip", on: { click: change } }),
    );
    return editor;
  }

  function topics() {
    const isOff = (id) => profile.topics_off.includes(id);
    const change = (id, isWanted) => {
      const others = profile.topics_off.filter((one) => one !== id);
      return save({ topics_off: isWanted ? others : [...others, id] });
    };
    const boxes = profile.topics.map(({ id, name }) => tickBox(sentenceCase(name[t.language] ?? name.fi ?? id), () => !isOff(id), (isWanted) => change(id, isWanted)));
    const numbers = [...new Set([...MANY, profile.most_per_day])].sort((one, other) => one - other);
    const most = el("select", {}, ...numbers.map((number) => el("option", { value: number, text: String(number) })));
    most.value = profile.most_per_day;
    most.addEventListener("change", () => save({ most_per_day: Number(most.value) }).catch(() => (most.value = profile.most_per_day)));
    return el(
      "fieldset",
      {},
      el("legend", { text: t("topics") }),
      el("div", { class: "options column" }, ...boxes, tickBox(t("encouragement"), () => profile.encouragement, (encouragement) => save({ encouragement }))),
      el("label", { class: "most" }, el("span", { text: t("mostPerDay") }), most),
    );
  }

  function tickBox(text, isTicked, change) {
    const box = el("input", { type: "checkbox" });
    const reset = () => (box.checked = isTicked());
    reset();
    box.addEventListener("change", () => change(box.checked).catch(reset));
    return el("label", { class: "option" }, box, el("span", { text }));
  }

  function lockScreen() {
    const reset = () => radios.forEach((label) => (label.firstChild.checked = label.firstChild.value === profile.lock_screen));
    const radios = ["neutral", "full"].map((value) => {
      const radio = el("input", { type: "radio", name: "lock", value, on: { change: () => save({ lock_screen: value }).catch(reset) } });
      return el("label", { class: "option" }, radio, el("span", { text: t(`lock_${value}`) }));
    });
    reset();
    return el("fieldset", {}, el("legend", { text: t("lockScreen") }), el("div", { class: "options column" }, ...radios), el("p", { class: "fine", text: t("lockHint") }));
  }

  // ---- where ----

  function push() {
    const section = el("section", { class: "push" });
    const status = el("p", { class: "error", role: "alert" });
    const fill = async (focus) => {
      const state = await pushState(chat.api.base);
      const act = (work) => async () => {
        status.textContent = "";
        await work().catch(() => (status.textContent = t("pushFailed")));
      };
      const start = act(async () => {
        const isAllowed = await startPush(keeping);
        await fill(true);
        if (!isAllowed && Notification.permission === "default") status.textContent = t("pushDismissed");
      });
      const stop = act(async () => {
        await stopPush(keeping);
        await fill(true);
      });
      const rest = {
        off: () => [button({ icon: "bell", text: t("pushShow"), class: "wide", on: { click: start } })],
        on: () => [button({ text: t("pushHide"), class: "wide", on: { click: stop } })],
        ios: () => [el("ol", {}, ...[1, 2, 3].map((step) => el("li", { text: t(`push_ios${step}`) })))],
        elsewhere: () => [el("a", { class: "wide", href: chat.api.base, target: "_blank", rel: "noopener" }, el("span", { text: t("pushOpen") }), el("span", { class: "hidden", text: ` (${t("newTab")})` }))],
      };
      const told = el("p", { text: t(`push_${state}`), tabindex: "-1" });
      section.replaceChildren(el("h3", { text: t("push") }), told, ...(rest[state]?.() ?? []), status);
      if (focus) told.focus();
    };
    fill();
    return section;
  }

  function coming() {
    const section = el("section", { class: "coming" }, el("h3", { text: t("coming"), tabindex: "-1" }));
    keeping.reminders().then(
      (reminders) => {
        const waiting = reminders.filter(({ state, name, starts }) => state === "waiting" && name && starts);
        const once = [...new Map(waiting.map((one) => [`${one.name} ${one.starts}`, one])).values()]; // two notices, one meeting
        if (!once.length) return section.append(el("p", { class: "fine", text: t("comingNone") }));
        section.append(el("ul", {}, ...once.map((reminder) => comingItem(reminder, waiting))));
      },
      () => section.remove(), // the conversation tells it, too
    );
    return section;
  }

  function comingItem({ id, name, starts }) {
    const item = el("li", {}, el("p", {}, el("b", { text: name }), " ", el("span", { text: when(new Date(starts), t) })));
    const cancel = async () => {
      problem.textContent = "";
      try {
        await keeping.answer(id, "cancel");
        item.replaceChildren(el("p", { class: "fine", role: "status", text: `${name}: ${t("cancelled")}`, tabindex: "-1" }));
        item.firstChild.focus();
      } catch {
        problem.textContent = t("notChanged");
      }
    };
    item.append(button({ text: t("cancelThis"), class: "chip", "aria-label": t("cancelOne", { name }), on: { click: cancel } }));
    return item;
  }

  function calendar() {
    const section = el("section", { class: "calendar" });
    const status = el("p", { role: "status", class: "fine" });
    const fill = (made) => {
      const hint = el("p", { class: "fine", text: t(profile.has_calendar && !made ? "calendarHas" : "calendarHint") });
      const ways = made && [
        made.webcal && el("a", { class: "wide first", href: made.webcal }, icon("calendar"), el("span", { text: t("calendarOpen") })),
        button({ icon: "copy", text: t("calendarCopy"), class: "wide", on: { click: () => conversation.copy(made.url) } }),
      ];
      const make = button({ icon: "calendar", text: t(profile.has_calendar ? "calendarAgain" : "calendarMake"), class: "wide", on: { click: act(true) } });
      const remove = profile.has_calendar && button({ text: t("calendarRemove"), class: "wide", on: { click: act(false) } });
      section.replaceChildren(el("h3", { text: t("calendar"), tabindex: "-1" }), hint, ...(ways || [make]).filter(Boolean), remove || "", status);
    };
    const act = (isWanted) => async () => {
      status.textContent = "";
      try {
        const made = await (isWanted ? keeping.makeCalendar() : keeping.removeCalendar());
        profile.has_calendar = isWanted;
        fill(isWanted && made);
        if (!isWanted) status.textContent = t("calendarGone");
        section.querySelector(isWanted ? "a, button" : "h3").focus();
      } catch {
        status.textContent = t("notChanged");
      }
    };
    fill();
    return section;
  }

  function known() {
    return button({ text: t("known"), class: "wide", on: { click: openKnown } });
  }

  load();
  return element;
}

function lead(text) {
  return el("p", { class: "lead", text, tabindex: "-1" });
}

function sentenceCase(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The same time of day, some days from now. */
function inDays(days) {
  const moment = new Date();
  moment.setDate(moment.getDate() + days);
  return moment;
}

function zoneOfDevice() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
