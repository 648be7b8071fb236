// The conversation itself: what the server says, on the stage; what the person says, to the server.
import { card, refreshCards } from "./cards.js";
import { Connection } from "./connection.js";
import { el, icon, link, safeUrl } from "./dom.js";
import { roughLocation } from "./geolocation.js";
import { Keeping } from "./keeping.js";
import { LanguageOffer } from "./language-offer.js";
import { renewPush } from "./push.js";
import { SavedServices } from "./saved.js";
import * as shapes from "./shapes.js";
import { showButtons } from "./stage.js";
import { Transcript } from "./transcript.js";

const SETTLED = 500; // milliseconds of quiet after which the replay of a conversation is over
const FIRST_EVENT = 3_000; // milliseconds that a replay may take to begin
const TYPING_AFTER = 250; // milliseconds
const TYPING_AT_MOST = 60_000;
const MINUTE = 60_000;

/**
 * Plays a conversation for a `chat` (chat.js), which gives `api`, `storage`, `t`, `textsFor(language)`, `stage`, `presets()`
 * and takes `announce(text, lang)`, `change(setting, value)`, `say(text)`, `tell(event, detail)`, `showLine(text)`, `unread()`, `toComposer()`,
 * `forgetPushes()`.
 */
export class Conversation {
  #events = []; // to be shown again in another language
  #own = new Map(); // messages on their way, by id
  #isReplaying = true;
  #timers = {};
  #state = { online: true, waiting: false, limitedUntil: 0 };
  #opened = new Date();
  #sought = null; // {reminder, answer?}
  #offer = null;

  constructor(chat) {
    this.chat = chat;
    this.saved = new SavedServices(chat.storage);
    this.connection = new Connection(chat.api, chat.storage, () => chat.presets(), {
      event: (event) => this.#received(shapes.event(event)),
      message: (message, state, reason) => this.#ownMessage(message, state, reason),
      state: (state) => this.#lineChanged(state),
      typing: () => this.#expectReply(),
      reset: (why) => this.#reset(why),
    });
    this.keeping = new Keeping(chat.api, this.connection);
    this.#timers.refresh = setInterval(() => refreshCards(chat.stage.log), MINUTE);
    this.show();
    this.connection.start();
    this.#settle();
    this.seekReminder();
    if (this.connection.exists) renewPush(this.keeping, chat.api.base).catch(() => {}); // the next visit tries again
  }

  /** Shows the reminder that a notification led to (page.js), now or when it comes, and gives the answer tapped there. */
  seekReminder() {
    const { reminder, answer } = this.chat.dataset;
    if (reminder) {
      this.#sought = { reminder, answer };
      this.chat.panel?.close(false);
    }
    if (!this.#sought || !this.transcript.toReminder(this.#sought.reminder)) return;
    const { reminder: found, answer: wanted } = this.#sought;
    if (wanted) this.transcript.answer(found, wanted);
    this.#sought = null;
    delete this.chat.dataset.reminder;
    delete this.chat.dataset.answer;
  }

  /** Plays everything anew on the chat's stage, which is another one after a change of language. */
  show() {
    this.transcript = new Transcript((language) => this.chat.textsFor(language), this.#actions(), this.chat.stage);
    for (const event of this.#events) this.transcript.addEvent(event);
    for (const { message, state, reason } of this.#own.values()) this.transcript.setOwn(message, state, reason);
    this.#markAnswered();
    this.#showLine();
    this.#setTyping(false);
    this.#showPreset();
    this.#offer = new LanguageOffer(this.chat);
    this.#offer.consider(this.#events);
  }

  /** Sends a message, with a location when there is one. */
  send(text, location) {
    this.#isReplaying = false;
    this.connection.send(text, location);
    this.chat.tell("message", { from: "person" });
  }

  /** Sends where the person is, when they let the browser tell. */
  async shareLocation() {
    const { t } = this.chat;
    this.chat.say(t("locating"));
    try {
      const place = await roughLocation();
      this.send(t("located"), place);
    } catch {
      this.chat.announce(this.transcript.addNote(t("noLocation")));
    }
    this.chat.say("");
  }

  /** Has the server forget the person; rejects when it can't be reached. */
  async erase() {
    await this.connection.erase();
    this.#events = [];
    this.#own.clear();
  }

  /** Ends what runs. */
  stop() {
    this.connection.stop();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
  }

  /** Copies a text, and says so. */
  async copy(text) {
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    this.chat.say(this.chat.t(done ? "copied" : "copyFailed"));
  }

  /** Shares a link to a service, by the device's own means or by copying it. */
  async share({ id, name, summary }) {
    const url = `${this.chat.api.base}?palvelu=${encodeURIComponent(id)}`;
    if (!navigator.share) return this.copy(`${name}: ${url}`);
    await navigator.share({ title: name, text: summary, url }).catch(() => {}); // turned away is no fault
  }

  #actions() {
    const { chat, saved } = this;
    return {
      choose: (one) => chat.choose(one),
      answer: (reminder, one) => this.#answer(reminder, one),
      remind: ({ name }, t) => chat.choose({ payload: t("remindPayload", { name }) }),
      calendar: ({ id, session, next_session: start }) =>
        session && `${chat.api.base}api/services/${encodeURIComponent(id)}/sessions/${encodeURIComponent(session)}.ics?start=${encodeURIComponent(start)}`,
      resend: ({ text, location }) => this.send(text, location),
      toComposer: () => chat.toComposer(),
      copy: (text) => this.copy(text),
      picture: (url) => safeUrl(url) && link(url, { class: "big" }, icon("web"), el("span", { text: chat.t("image") })),
      drawing: ({ url, alt, lang }) =>
        el("div", { class: "picture" }, el("img", { src: chat.api.base + url.slice(1), alt, lang, width: 640, height: 640, loading: "lazy", decoding: "async" })),
      decline: ({ name }) => chat.choose({ payload: chat.t("notForMePayload", { name }) }),
      isSaved: (id) => saved.isSaved(id),
      toggleSaved: (service) => chat.say(saved.toggle(service) ? chat.t("saved") : ""),
      isHidden: (id) => saved.isHidden(id),
      setHidden: (id, isHidden) => saved.setHidden(id, isHidden),
      share: (service) => this.share(service),
    };
  }

  /**
   * Answers a reminder; resolves to what is said in its place, "" when the answer could not be taken (it is too late for
   * "later") and another may be given. What was done is told in the conversation.
   */
  async #answer(reminder, { answer, title }) {
    try {
      const isTaken = await this.keeping.answer(reminder, answer);
      this.transcript.toEnd();
      return isTaken ? this.chat.t("chosen", { answer: title }) : "";
    } catch (error) {
      if (error.status === 404) return this.chat.t("reminderGone");
      throw error;
    }
  }

  // ---- what comes ----

  #received(event) {
    if (this.#isReplaying) this.#settle();
    this.#events.push(event);
    // What follows a message that this page has sent is new.
    if (this.#own.delete(event.message_id)) this.#isReplaying = false;
    if (event.kind === "reply") this.#setTyping(false);
    const words = this.transcript.addEvent(event);
    this.#offer.consider(this.#events);
    if (this.#sought) this.seekReminder();
    if (this.#isReplaying || !words) return;
    if (!event.body.reminder) this.#markAnswered(); // it may tell what was answered elsewhere, or by talking
    this.chat.announce(words, event.body.lang || null);
    this.chat.unread();
    this.chat.tell("message", { from: "bot" });
    const { services } = event.body;
    if (services?.length) this.chat.tell("services", { ids: services.map(({ id }) => id) });
  }

  /** Events that come in a row after the page was opened are old ones: shown, not announced. */
  #settle() {
    clearTimeout(this.#timers.settle);
    const wait = this.#events.length ? SETTLED : FIRST_EVENT;
    this.#timers.settle = setTimeout(() => {
      this.#isReplaying = false;
      this.#markAnswered();
    }, wait);
  }

  /** What was answered before, or on a notification, needs no answer any more. */
  async #markAnswered() {
    if (!this.transcript.hasReminders) return;
    const reminders = await this.keeping.reminders().catch(() => []); // then they can be answered once more, to no harm
    for (const { id, answered } of reminders) if (answered) this.transcript.setAnswered(id, answered);
  }

  #ownMessage(message, state, reason) {
    if (state === "delivered") setTimeout(() => this.#own.delete(message.id), SETTLED);
    this.#own.set(message.id, { message, state, reason });
    this.transcript.setOwn(message, state, reason);
    if (state === "failed" || state === "queued") this.#setTyping(false);
    if (state === "failed") this.chat.announce(`${this.chat.t("failed")} ${reason}`);
  }

  #reset(why) {
    this.#events = [];
    this.#setTyping(false);
    if (!this.connection.exists) this.chat.forgetPushes();
    if (why === "gone") {
      this.#own.clear();
      this.transcript.clear();
      return;
    }
    this.transcript.nextConversation();
    if (!this.transcript.isEmpty) this.chat.announce(this.transcript.addNote(this.chat.t("lost")));
  }

  /** A link may name a service, which is shown, or a need, which is offered. Both wait for the person. */
  async #showPreset() {
    const { transcript, chat } = this;
    const { t, api, stage } = chat;
    const { need, service } = chat.presets();
    if (!transcript.isEmpty || this.connection.exists) return;
    if (service) {
      const found = shapes.service(await api.service(service, this.chat.t.language).catch(() => null));
      if (!found || stage !== chat.stage) return;
      const shown = card(found, { t, at: () => this.#opened, actions: { ...this.#actions(), hide: null } });
      transcript.addWelcome(welcome(t("presetService"), el("div", { class: "cards" }, shown)));
    } else if (need) {
      const needs = shapes.list(await api.needs().catch(() => []), shapes.need);
      const { label } = needs.find(({ id }) => id === need) ?? {};
      const title = label?.[t.language] ?? label?.fi;
      if (!title || stage !== chat.stage) return;
      transcript.addWelcome(welcome(t("presetNeed", { need: title })));
      stage.starters.unshift({ title, payload: title });
      transcript.starters = stage.starters;
      if (transcript.isEmpty) showButtons(stage, stage.starters, (one) => chat.choose(one));
    }
  }

  // ---- the line ----

  #expectReply() {
    clearTimeout(this.#timers.typing);
    this.#timers.typing = setTimeout(() => this.#setTyping(true), TYPING_AFTER);
  }

  #setTyping(isTyping) {
    const { waiting } = this.#state;
    clearTimeout(this.#timers.typing);
    this.transcript.setTyping(isTyping || waiting, waiting ? this.chat.t("moment") : "");
    if (isTyping) this.#timers.typing = setTimeout(() => this.#setTyping(false), TYPING_AT_MOST);
  }

  #lineChanged(state) {
    const wasWaiting = this.#state.waiting;
    this.#state = state;
    if (state.waiting !== wasWaiting) this.#setTyping(state.waiting);
    if (state.waiting && !wasWaiting) this.chat.announce(this.chat.t("moment"));
    this.#showLine();
  }

  #showLine() {
    const { t } = this.chat;
    const { online, limitedUntil } = this.#state;
    const seconds = Math.ceil((limitedUntil - Date.now()) / 1000);
    clearTimeout(this.#timers.line);
    this.chat.showLine(!online ? t("offline") : seconds > 0 ? t("limited", { s: seconds }) : "");
    if (seconds > 0) this.#timers.line = setTimeout(() => this.#showLine(), 5_000);
  }
}

function welcome(text, ...content) {
  const bubble = el("div", { class: "bubble" }, el("p", { text }));
  return el("div", { class: "message bot", role: "article", "aria-label": text, tabindex: "-1" }, bubble, ...content);
}
