// The visible conversation: messages in order, one tab stop, and a scroll position that belongs to the reader.
import { card, hiddenCard, narrate, silentWays } from "./cards.js";
import { button, el, icon } from "./dom.js";
import { clock, dayKey, dayName } from "./format.js";
import { paragraphs } from "./message.js";
import { answerButton, reminderContent, showAnswered } from "./notice.js";
import { inOrder, languageOf, spoken } from "./spoken.js";
import { showButtons, showKept } from "./stage.js";
import { translatedLine } from "./translated.js";

const PAUSE = 60 * 60_000; // milliseconds between messages after which the time is told
const NEAR = 60; // pixels from the end that still count as the end
const CONTROLS = "a[href], button, summary";

/** The words that start over, in every language: the conversation is folded at each of them. */
const START_OVER = new Set(["aloita alusta", "börja om", "start over"]);

/**
 * Plays the conversation on a stage (stage.js), after the welcome that stands there. `textsFor(language)` gives what the chat
 * says itself in the language of a reply or a card (texts.js), for "" in that of the page. `actions` are those of a card, and
 * `copy(text)`, `choose(button)`, `resend(message)`, `answer(reminder, button)` and `toComposer()`.
 */
export class Transcript {
  #entries = []; // {generation, id, at, own?, reply?, reminder?, element}
  #generation = 0;
  #following = true;
  #target = 0;
  #unseen = 0;
  #unfolded = false;

  constructor(textsFor, actions, stage) {
    Object.assign(this, { t: textsFor(""), textsFor, actions, ...stage });
    showKept(stage, []);
    for (const element of this.log.children) this.#entries.push({ generation: -1, id: 0, at: 0, element });
    this.earlier.onclick = () => this.#unfold();
    this.jump.onclick = () => this.toEnd();
    this.log.addEventListener("keydown", (event) => this.#key(event));
    this.log.addEventListener("focusin", (event) => this.#focused(event));
    this.log.addEventListener("focusout", (event) => this.#blurred(event));
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#following && this.#wasAtEnd && this.toEnd()).observe(this.scroller);
    this.#makeLastTabStop();
  }

  #wasAtEnd = true;

  /** Shows one more element of the welcome. */
  addWelcome(element) {
    this.#insert({ generation: -1, id: 0, at: 0, element });
  }

  /** Shows an event of the conversation; returns what it says in words, for the live region. */
  addEvent(event) {
    const at = new Date(event.at);
    if (event.kind === "message") {
      this.#ownDelivered(event, at);
      return "";
    }
    const { text, buttons, reminder } = event.body;
    const { element, words } =
      event.kind === "reply" ? this.#replyOrItsText(event.body, at) : reminder ? this.#reminder(event.body) : this.#notice(text);
    if (!words && !buttons?.length) return "";
    const [wasFollowing, wasAtEnd] = [this.#following, this.#wasAtEnd];
    const reply = reminder ? { ...event.body, buttons: [] } : event.body; // a reminder has its buttons inside
    this.#insert({ generation: this.#generation, id: event.id, at, reply, reminder, element });
    this.#showChoices();
    if (event.kind === "notice") this.#showNotice(element, wasAtEnd, wasFollowing);
    else if (wasFollowing) this.#follow(); // the choices made it longer
    return words;
  }

  /** Shows a line that only this page says; returns it. */
  addNote(text) {
    this.#insert({ generation: this.#generation, id: this.#afterLast, at: Date.now(), element: this.#notice(text).element });
    return text;
  }

  /** Shows an own message and how far it has come: "queued", "sending", "delivered" or "failed" (with a reason). */
  setOwn(message, state, reason = "") {
    let entry = this.#entries.find(({ own }) => own === message.id);
    if (!entry) {
      if (state !== "queued" && state !== "sending") return;
      entry = { generation: this.#generation, id: Infinity, at: message.at, own: message.id };
      entry.element = this.#bubble(message.text, message.location, message.id);
      this.#insert(entry);
      this.#following = true;
      this.toEnd();
    }
    // What the server has told of is there, whatever the sender still thinks.
    if (entry.id === Infinity) this.#showState(entry, state, reason, message);
    if (state === "failed") entry.id = this.#afterLast; // what comes later stands after it
    this.#showChoices();
  }

  /** Shows or hides that an answer is being made; `text` says more when it takes long. */
  setTyping(isTyping, text = "") {
    this.typing.hidden = !isTyping;
    this.typing.lastChild.textContent = text;
    if (isTyping && this.#following) this.#follow();
  }

  /** What is shown stays, and what comes belongs to another conversation. */
  nextConversation() {
    this.#generation += 1;
    for (const entry of this.#entries) {
      // Own messages that are still to be sent go along.
      if (entry.own && entry.id === Infinity) entry.generation = this.#generation;
    }
  }

  /** Removes everything but the welcome. */
  clear() {
    for (const { element, separator, generation } of this.#entries) {
      if (generation >= 0) [element, separator].forEach((one) => one?.remove());
    }
    this.#entries = this.#entries.filter(({ generation }) => generation < 0);
    this.#showChoices();
    this.#fold();
  }

  /** Whether anything but the welcome is shown. */
  get isEmpty() {
    return !this.#entries.some(({ generation }) => generation >= 0);
  }

  /** Shows the message of a reminder, with focus on it; returns whether it is there. */
  toReminder(reminder) {
    const { element } = this.#ofReminder(reminder).at(-1) ?? {};
    if (!element) return false;
    if (element.hidden) this.#unfold();
    this.#following = false;
    this.#pick(element);
    element.scrollIntoView({ block: "center" });
    return true;
  }

  /** Gives an answer to a reminder as if its button were tapped. */
  answer(reminder, answer) {
    for (const { element } of this.#ofReminder(reminder)) answerButton(element, answer)?.click();
  }

  /** Shows that a reminder was answered, here or elsewhere. */
  setAnswered(reminder, answer) {
    for (const { element, reply } of this.#ofReminder(reminder)) showAnswered(element, answer, this.textsFor(reply.lang));
  }

  /** Whether any reminder is shown that can still be answered. */
  get hasReminders() {
    return this.#entries.some(({ reminder, element }) => reminder && element.querySelector(".answers:not([hidden])"));
  }

  /** Goes to the newest message. */
  toEnd() {
    this.#scrollTo(this.scroller.scrollHeight);
  }

  #ofReminder(reminder) {
    return this.#entries.filter((entry) => reminder && entry.reminder === reminder);
  }

  // ---- what a message looks like ----

  /** One odd reply must not take the conversation with it: it is shown as its words. */
  #replyOrItsText(body, at) {
    try {
      return this.#reply(body, at);
    } catch (error) {
      console.warn("saattaja: a reply of another shape is shown as text.", error);
      return this.#reply({ ...body, image: "", picture: null, services: [], hardWords: [] }, at);
    }
  }

  #reply(body, at) {
    const { textsFor, actions } = this;
    const { text, lang, crisis: isCrisis, services, image, picture: drawing, hardWords } = body;
    const t = textsFor(lang);
    const said = textsFor(services[0]?.language || lang);
    const options = { at: () => at, hardWords, crisis: isCrisis, actions };
    const bubble = text && el("div", { class: "bubble" }, ...paragraphs(text, { t, hardWords, copy: actions.copy, language: lang }));
    const cards = services.length > 0 && el("div", { class: "cards", lang: said.language }, ...services.map((one) => this.#card(one, { ...options, t: textsFor(one.language || lang) })));
    const atOnce = isCrisis && el("div", { class: "channels", lang: said.language }, ...silentWays(services, said));
    const picture = drawing ? actions.drawing(drawing) : image && actions.picture(image);
    const shows = drawing ? `${t("picture")}: ${drawing.alt}` : picture && t("image");
    const words = [text, services.length ? narrate(services, said) : "", shows].filter(Boolean).join(" ");
    const element = this.#message(`bot${isCrisis ? " calm" : ""}`, t("bot"), words, atOnce, bubble, cards, picture, translatedLine(body, t));
    if (lang) element.lang = lang; // of what it is called; what the chat says in it has its own
    return { element, words: words && `${t("bot")}: ${words}` };
  }

  #card(service, options) {
    const hide = () => {
      swap(true);
      this.actions.decline(service);
    };
    const shown = card(service, { ...options, actions: { ...this.actions, hide } });
    const folded = hiddenCard(service, { t: options.t, undo: () => swap(false) });
    const swap = (hide) => {
      this.actions.setHidden(service.id, hide);
      const [old, next] = hide ? [shown, folded] : [folded, shown];
      old.replaceWith(next);
      setTabbable(next, true);
      next.querySelector(CONTROLS)?.focus();
    };
    return !options.crisis && this.actions.isHidden(service.id) ? folded : shown;
  }

  #notice(text) {
    return { element: this.#message("notice", "", text, el("p", { text })), words: text };
  }

  #reminder(body) {
    const { actions } = this;
    const t = this.textsFor(body.lang);
    const answer = (one) => actions.answer(body.reminder, one);
    const words = `${t("reminder")}: ${body.text}`;
    return { element: this.#message("bot", "", words, reminderContent(body, { t, answer, choose: actions.choose })), words };
  }

  #bubble(text, location, id) {
    const { t } = this;
    const chosen = this.#chosenTitle(text);
    const language = languageOf(chosen ?? text);
    const bubble = el("div", { class: "bubble" }, location && icon("place"));
    bubble.append(
      el("p", spoken(language), chosen ? el("span", { class: "chose", lang: t.language }, `${t("chose")} `) : null, ...inOrder(chosen ?? text, language)),
    );
    const words = chosen ? `${t("chose")} ${chosen}` : text;
    const element = this.#message("own", t("you"), words, bubble, el("div", { class: "state" }));
    element.dataset.message = id;
    return element;
  }

  /** The title of the button that these words came from, or null when they were typed. */
  #chosenTitle(text) {
    for (let index = this.#entries.length - 1; index >= 0; index -= 1) {
      const { reply, own } = this.#entries[index];
      if (own) break;
      const chosen = reply?.buttons?.find(({ payload }) => payload === text);
      if (chosen) return chosen.title;
    }
    return this.isEmpty ? (this.starters?.find(({ payload }) => payload === text)?.title ?? null) : null;
  }

  #message(kind, who, words, ...content) {
    const label = who ? `${who}: ${words}` : words;
    const element = el("div", { class: `message ${kind}`, role: "article", "aria-label": label, tabindex: "-1" }, ...content);
    setTabbable(element, false);
    return element;
  }

  #showState(entry, state, reason, message) {
    const { t } = this;
    const line = entry.element.querySelector(".state");
    entry.state = state;
    line.className = `state ${state}`;
    line.replaceChildren(el("span", { text: [t(state), state === "failed" ? reason : ""].filter(Boolean).join(" ") }));
    if (state !== "failed") return;
    const again = () => {
      this.#remove(entry);
      this.actions.resend(message);
    };
    line.append(button({ icon: "again", text: t("retry"), class: "chip", on: { click: again } }));
  }

  #ownDelivered(event, at) {
    const { text, location } = event.body;
    const known = event.message_id && this.#entries.find(({ own }) => own === event.message_id);
    // Taken out and put back at its number: what was typed offline may have been overtaken.
    if (known) this.#remove(known);
    const entry = { generation: this.#generation, id: event.id, at, own: event.message_id ?? `event-${event.id}` };
    entry.element = known ? known.element : this.#bubble(text, location, entry.own);
    entry.text = text;
    this.#insert(entry);
    if (known) this.#showState(entry, "delivered", "", null);
    this.#showChoices();
    this.#fold();
  }

  // ---- order ----

  #insert(entry) {
    const wasFollowing = this.#following;
    let index = this.#entries.length;
    while (index > 0 && compare(this.#entries[index - 1], entry) > 0) index -= 1;
    this.#entries.splice(index, 0, entry);
    const next = this.#entries[index + 1];
    this.log.insertBefore(entry.element, next ? (next.separator ?? next.element) : null);
    this.#separate(index);
    this.#separate(index + 1);
    this.#makeLastTabStop();
    if (entry.reply) {
      for (const { element, state } of this.#entries) {
        if (state === "delivered") element.querySelector(".state")?.replaceChildren();
      }
    }
    if (wasFollowing) this.#follow();
    else if (!entry.own) this.#unseen += 1;
    this.#showJump();
  }

  /** A number between those of the events so far and those to come. */
  get #afterLast() {
    const ids = this.#entries.filter(({ generation, id }) => generation === this.#generation && id !== Infinity);
    return Math.max(0, ...ids.map(({ id }) => id)) + 0.5;
  }

  #remove(entry) {
    this.#entries = this.#entries.filter((one) => one !== entry);
    entry.element.remove();
    entry.separator?.remove();
  }

  /** Tells the day and time before an entry when it isn't the earlier one's. */
  #separate(index) {
    const entry = this.#entries[index];
    if (!entry || entry.generation < 0) return;
    entry.separator?.remove();
    entry.separator = null;
    const moment = new Date(entry.at);
    const before = this.#entries[index - 1];
    const isNewDay = !before?.at || dayKey(new Date(before.at)) !== dayKey(moment);
    if (!isNewDay && moment - before.at < PAUSE) return;
    const time = clock(moment, this.t.language);
    const text = isNewDay ? this.t("at", { day: dayName(moment, this.t), time }) : time;
    entry.separator = el("p", { class: "when", text });
    entry.separator.hidden = entry.element.hidden;
    this.log.insertBefore(entry.separator, entry.element);
  }

  /** A conversation that was started over begins there; what was before is one tap away. */
  #fold() {
    const last = this.#entries.findLastIndex(({ text }) => text && START_OVER.has(text.trim().toLowerCase()));
    const isFolded = last > 0 && !this.#unfolded;
    this.#entries.forEach(({ element, separator }, index) => {
      for (const one of [element, separator]) if (one) one.hidden = isFolded && index < last;
    });
    this.earlier.hidden = !isFolded;
  }

  #unfold() {
    this.#unfolded = true;
    this.#fold();
    this.#entries[0]?.element.focus();
  }

  /** The buttons of the latest reply, a picture after it aside, until the person answers in whatever way. */
  #showChoices() {
    const hasFocus = this.choices.contains(this.choices.getRootNode().activeElement);
    const last = this.#entries.at(-1);
    const reply = !this.isEmpty && !last.own && this.#entries.findLast(({ reply }) => reply && !reply.picture)?.reply;
    const offered = this.isEmpty ? this.starters : reply?.buttons;
    showButtons(this, offered || [], this.actions.choose, reply?.lang || null);
    if (hasFocus) this.actions.toComposer();
  }

  // ---- scrolling ----

  /** Shows the newest answer from its beginning: a long one isn't read from its end. */
  #follow() {
    const lastOwn = this.#entries.findLastIndex(({ own }) => own);
    const first = (this.#entries[lastOwn + 1] ?? this.#entries[lastOwn])?.element;
    const own = this.#entries[lastOwn]?.element;
    const { clientHeight, scrollHeight } = this.scroller;
    const anchor = own && own.offsetHeight < clientHeight / 3 ? own : first;
    this.#scrollTo(anchor && lastOwn >= 0 ? anchor.offsetTop - 12 : this.isEmpty ? 0 : scrollHeight);
  }

  /** What comes by itself is shown to who has seen everything; who reads an answer is told that there is more. */
  #showNotice(element, wasAtEnd, wasFollowing) {
    if (wasAtEnd) return this.#scrollTo(element.offsetTop - 12);
    if (wasFollowing) this.#unseen += 1;
    this.#showJump();
  }

  #scrollTo(top) {
    this.scroller.scrollTop = top;
    this.#target = this.scroller.scrollTop;
    this.#scrolled();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#wasAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#wasAtEnd) {
      this.#following = true;
      this.#unseen = 0;
    } else if (Math.abs(scrollTop - this.#target) > 2) {
      this.#following = false;
    }
    this.#showJump();
  }

  #showJump() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.jump.hidden = scrollHeight - scrollTop - clientHeight < NEAR;
    this.jump.classList.toggle("new", this.#unseen > 0);
    this.jump.lastChild.textContent = this.t(this.#unseen > 0 ? "newMessages" : "latest");
  }

  // ---- keyboard: one tab stop, arrows between messages, Enter into one, Esc out ----

  get #reachable() {
    return [...this.log.children].filter((one) => one.matches(".message[tabindex]") && !one.hidden);
  }

  #makeLastTabStop() {
    const messages = this.#reachable;
    for (const one of messages) one.tabIndex = -1;
    const last = messages.at(-1);
    if (last) last.tabIndex = 0;
  }

  #key(event) {
    const message = event.target.closest(".message");
    if (event.key === "Escape") {
      event.preventDefault();
      if (event.target === message) this.actions.toComposer();
      else message?.focus();
      return;
    }
    if (event.target !== message || event.altKey || event.ctrlKey || event.metaKey) return;
    const messages = this.#reachable;
    const index = messages.indexOf(message);
    const next = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: messages.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      this.#pick(messages[Math.max(0, Math.min(next, messages.length - 1))]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      setTabbable(message, true);
      message.querySelector(CONTROLS)?.focus();
    }
  }

  #pick(message) {
    for (const one of this.#reachable) one.tabIndex = one === message ? 0 : -1;
    message.focus();
  }

  #focused({ target }) {
    const message = target.closest(".message");
    if (message && target !== message) setTabbable(message, true);
    this.hint.hidden = !target.matches(".message:focus-visible");
  }

  #blurred({ target, relatedTarget }) {
    const message = target.closest(".message");
    if (message && !message.contains(relatedTarget)) setTabbable(message, false);
    if (!this.log.contains(relatedTarget)) {
      this.hint.hidden = true;
      this.#makeLastTabStop();
    }
  }
}

function compare(one, other) {
  return one.generation - other.generation || one.id - other.id || one.at - other.at || 0;
}

function setTabbable(message, isTabbable) {
  for (const control of message.querySelectorAll(CONTROLS)) control.tabIndex = isTabbable ? 0 : -1;
}
