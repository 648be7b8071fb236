// <saattaja-chat>: the chat as a custom element, a widget in a corner or a whole page. See docs/widget.md.
// This module is what is seen first; the conversation and the panels are loaded when there is one, or when a person begins.
import { Announcer } from "./announcer.js";
import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { button, el, icon } from "./dom.js";
import { exit, watchExit } from "./exit.js";
import { crisisContent, loadContacts } from "./panel-crisis.js";
import { keepInside, openPanel } from "./panel.js";
import { createStage, showKept } from "./stage.js";
import { Storage } from "./storage.js";
import { styles } from "./styles.js";
import { chooseLanguage, loadEveryLanguage, loadTexts } from "./texts.js";

const BASE = new URL("..", import.meta.url).href;
const DEFAULTS = { theme: "auto", size: "medium", language: null };
const PASSING = 4_000; // milliseconds that a word in passing is shown
const MINUTE = 60_000;
const AGAIN = 5_000; // milliseconds until loading is tried again; up to twice as long, not everybody at once

/** The chat. Attributes, methods and events for host pages are described in docs/widget.md. */
export class SaattajaChat extends HTMLElement {
  static observedAttributes = ["data-reminder"];

  api = new Api(BASE);
  storage = new Storage();
  settings = { ...DEFAULTS, ...this.storage.get("settings") };
  conversation = null;
  panel = null;
  t = null;
  stage = null;

  #parts = {}; // elements by name
  #announcer = new Announcer();
  #loading = null;
  #languages = new Map(); // what is said in each language, once the conversation is there
  #unread = 0;
  #timers = {};
  #undo = [];
  #presets = null;
  #isWanted = false; // whether somebody has begun, so that the conversation is loaded
  #isCut = navigator.onLine === false; // whether the server is out of reach, as far as is known

  async connectedCallback() {
    if (this.#undo.length) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [styles];
    this.#presets = this.presets();
    const view = window.visualViewport ?? window;
    this.#undo = [
      watchExit(() => this.isOpen, (everywhere) => this.leave(everywhere)),
      on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.#applySettings()),
      on(view, "resize", () => this.#fit()),
      on(view, "scroll", () => this.#fit()),
      this.storage.onChange((name) => this.#changedElsewhere(name)),
      on(window, "offline", () => this.#lineChanged()),
      on(window, "online", () => this.#lineChanged()),
      () => clearTimeout(this.#timers.again),
    ];
    // What a person does first brings the rest; so it never delays what they see first.
    for (const type of ["pointerdown", "focusin"]) root.addEventListener(type, () => this.#tryLoad(), { once: true });
    while (!(await this.#speak().then(() => true, () => false))) await new Promise((done) => setTimeout(done, AGAIN));
    if (!this.#undo.length) return;
    if (!this.#isPage) this.#raise();
    if (this.#isPage || this.hasAttribute("data-open")) this.open(false);
    this.#prepareContacts();
    const { need, service } = this.presets();
    if (this.storage.get("token") || this.storage.unsent().length || need || service) this.#tryLoad();
    this.tell("ready");
  }

  disconnectedCallback() {
    // Moved within the page, it is connected again at once.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.conversation?.stop();
      this.conversation = this.#loading = null;
      for (const undo of this.#undo) undo();
      this.#undo = [];
    });
  }

  attributeChangedCallback() {
    if (this.dataset.reminder) this.conversation?.seekReminder();
  }

  // ---- for the host page ----

  /** Whether the conversation is shown. */
  get isOpen() {
    return this.#parts.frame?.hidden === false;
  }

  /** Shows the conversation; with `focus` false the person stays where they are on the page. */
  open(focus = true) {
    if (!this.t) return this.toggleAttribute("data-open", true);
    const { frame, corner, launcher } = this.#parts;
    const wasOpen = this.isOpen;
    frame.hidden = false;
    corner.hidden = true;
    launcher.ariaExpanded = "true";
    this.#setUnread(0);
    this.#fit();
    if (focus) this.toComposer();
    if (wasOpen) return;
    this.conversation?.transcript.toEnd();
    if (!this.#isPage) this.tell("open");
  }

  /** Hides the conversation behind its button again; a page stays. */
  close() {
    if (this.#isPage || !this.isOpen) return;
    this.panel?.close(false);
    const { frame, corner, launcher } = this.#parts;
    const hadFocus = this.shadowRoot.activeElement;
    frame.hidden = true;
    corner.hidden = false;
    launcher.ariaExpanded = "false";
    if (hadFocus) launcher.focus();
    this.tell("close");
  }

  /** Sends a message as the person. */
  send(text) {
    const words = String(text).trim();
    if (words) this.#send(words);
  }

  /** Has the bot forget what was said, and folds the conversation so far away. */
  startOver() {
    if (this.t) this.#send(this.t("startOverPayload"));
  }

  // ---- for the conversation and the panels ----

  /** Returns what the page sets for a new conversation, by attribute; the page at "/" also by its address. */
  presets() {
    if (this.#presets) return { ...this.#presets, language: this.t.language };
    const query = new URLSearchParams(this.#isPage ? location.search : "");
    const value = (attribute, parameter) => this.dataset[attribute] || query.get(parameter) || undefined;
    return {
      municipality: value("municipality", "paikka"),
      need: value("need", "tarve"),
      service: value("service", "palvelu"),
      campaign: value("campaign", "k"),
    };
  }

  /**
   * Returns the texts for what the chat says itself within something in a language: those of that language, English ones where
   * the interface doesn't speak it. For "", and where they couldn't be fetched, those of the page.
   */
  textsFor(language) {
    const { t } = this;
    if (!language || language.startsWith(t.language)) return t;
    return this.#languages.get(language.split("-")[0]) ?? (t.language === "en" ? t : this.#languages.get("en")) ?? t;
  }

  /** Has screen readers told. */
  announce(text, lang) {
    this.#announcer.say(text, lang);
  }

  /** Says something in passing, where it can be seen and heard. */
  say(text) {
    clearTimeout(this.#timers.toast);
    this.#parts.toast.textContent = text;
    this.#timers.toast = setTimeout(() => (this.#parts.toast.textContent = ""), PASSING);
  }

  /** Shows how the line is, or nothing when all is well. */
  showLine(text) {
    this.#parts.line.textContent = text;
  }

  /** Sends an event to the host page. */
  tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(`saattaja:${name}`, { bubbles: true, composed: true, detail }));
  }

  /** Counts one more message that came while the chat was closed. */
  unread() {
    if (!this.isOpen) this.#setUnread(this.#unread + 1);
  }

  /** Moves focus to where the person writes. Only for answering what they just did. */
  toComposer() {
    this.composer.focus();
  }

  /** Sends a button's words. */
  choose({ payload, title }) {
    this.toComposer();
    this.#send(payload ?? title);
  }

  /** Opens a panel over the conversation. */
  openPanel(title, content, kind) {
    const opener = this.panel?.opener;
    this.say("");
    this.panel?.close(false);
    const onClose = () => (this.panel = null);
    this.panel = openPanel(this.#parts.frame, title, this.t, content, { kind, opener, onClose });
  }

  /** Changes one of the settings. */
  change(name, value) {
    this.#changeSettings({ ...this.settings, [name]: value });
  }

  /** Has everything of the person erased at the server and on the device; rejects when it can't. */
  async erase() {
    await this.conversation.erase();
    this.forgetPushes();
    this.storage.clear(); // how the chat looks stays as it is until the page is left
    this.panel?.close(false);
    this.#build();
    this.conversation.show();
    this.toComposer();
    this.say(this.t("erased"));
  }

  /** Leaves at once for a neutral page and leaves nothing behind; other tabs do the same. */
  leave(everywhere = true) {
    this.conversation?.connection.leave();
    this.forgetPushes();
    this.storage.clear();
    this.shadowRoot.replaceChildren();
    exit(everywhere);
  }

  /** Has our own service worker (push-worker.js) leave nothing on the screen and expect no push, also when the page is gone. */
  forgetPushes() {
    const { serviceWorker } = navigator;
    if (!serviceWorker || !BASE.startsWith(`${location.origin}/`)) return;
    if (serviceWorker.controller) return serviceWorker.controller.postMessage("forget");
    // A page that was reloaded past the worker has no controller.
    serviceWorker.getRegistration().then((one) => one?.active?.postMessage("forget"), () => {});
  }

  // ---- the conversation ----

  /** Loads the conversation once. Rejects when there is no network; the next call tries again. */
  #load() {
    this.#loading ??= importConversation(this.t)
      .then(({ Conversation, conversationStyles, languages }) => {
        if (!this.#undo.length) throw new Error("The chat was taken off the page.");
        this.shadowRoot.adoptedStyleSheets = [styles, conversationStyles];
        this.#languages = languages;
        return (this.conversation = new Conversation(this));
      })
      .catch((error) => {
        this.#loading = null;
        throw error;
      });
    return this.#loading;
  }

  /** Loads the conversation, now or as soon as it can be. */
  async #tryLoad() {
    this.#isWanted = true;
    clearTimeout(this.#timers.again);
    try {
      await this.#load();
      this.#isCut = false;
    } catch {
      if (!this.#undo.length) return;
      this.#isCut = true;
      this.#timers.again = setTimeout(() => this.#tryLoad(), AGAIN * (1 + Math.random()));
      this.#showKept();
    }
  }

  #send(text) {
    if (this.conversation) return this.conversation.send(text);
    this.storage.keepUnsent(text); // the conversation sends it when it is there, if need be on another day
    this.#showKept();
    this.tell("message", { from: "person" });
    this.#tryLoad();
  }

  #lineChanged() {
    if (this.conversation) return; // it follows the line itself
    this.#isCut = navigator.onLine === false;
    this.#showKept();
    if (this.#isWanted && !this.#isCut) this.#tryLoad();
  }

  /** Until the conversation is there, shows how the line is and what waits for it. */
  #showKept() {
    if (this.conversation || !this.t) return;
    showKept(this.stage, this.storage.unsent(), this.#isCut ? "queued" : "sending", this.t);
    this.showLine(this.#isCut ? this.t("offline") : "");
  }

  // ---- what is on the screen ----

  get #isPage() {
    return this.dataset.mode === "page";
  }

  /** Builds the chat in the language of choice. */
  async #speak() {
    const wishes = [this.settings.language, this.dataset.lang, document.documentElement.lang, ...navigator.languages];
    this.t = await this.#texts(chooseLanguage(wishes)).catch((error) => this.t ?? Promise.reject(error));
    this.api.language = this.t.language;
    this.#build();
    this.conversation?.show();
  }

  async #texts(language) {
    const t = await loadTexts(language);
    if (this.#loading) await t.more();
    return t;
  }

  #build() {
    const { t } = this;
    const wasOpen = this.isOpen;
    const draft = this.composer?.draft ?? "";
    this.stage = createStage(t, (one) => this.choose(one));
    this.composer = new Composer(t, {
      onSend: (text) => this.#send(text),
      onLocate: isSecureContext && "geolocation" in navigator && (() => this.#load().then((one) => one.shareLocation(), () => this.say(t("offline")))),
    });
    const badge = el("span", { class: "badge", hidden: true });
    const launcher = el(
      "button",
      { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": String(wasOpen), on: { click: () => this.open() } },
      icon("mark"),
      el("span", { text: t("launcher") }),
      badge,
    );
    const corner = el("section", { class: "corner", "aria-label": t("name"), hidden: this.#isPage || wasOpen }, launcher);
    const line = el("p", { class: "line", role: "status", dir: "auto" });
    const toast = el("p", { class: "toast", role: "status", dir: "auto" });
    const frame = el(
      "section",
      { class: "frame", role: this.#isPage ? null : "dialog", "aria-label": t("chat"), hidden: !wasOpen, on: { keydown: (event) => this.#key(event) } },
      this.#header(),
      line,
      this.stage.element,
      this.composer.element,
      toast,
      this.#announcer.element,
    );
    // What is typed here is no shortcut of the host page.
    for (const type of ["keydown", "keypress", "keyup"]) frame.addEventListener(type, (event) => event.stopPropagation());
    const root = el("div", { class: "root", lang: t.language }, corner, frame);
    this.#parts = { root, frame, corner, launcher, badge, line, toast };
    this.composer.draft = draft;
    this.shadowRoot.replaceChildren(root);
    this.#applySettings();
    this.#setUnread(this.#unread);
    this.#showKept();
    this.#fit();
  }

  #header() {
    const { t } = this;
    const dialog = { "aria-haspopup": "dialog" };
    return el(
      "header",
      {},
      el("h2", { class: "title" }, icon("mark"), el("span", { text: t("name") })),
      button({ icon: "help", text: t("crisis"), class: "crisis", ...dialog, on: { click: () => this.#openCrisis() } }),
      button({ icon: "exit", text: t("exit"), class: "leave", "aria-label": t("exitLong"), title: t("exitHint"), on: { click: () => this.leave() } }),
      button({ icon: "menu", label: t("menu"), class: "round", ...dialog, on: { click: () => this.#withPanels("openMenu") } }),
      !this.#isPage && button({ icon: "close", label: t("close"), class: "round", on: { click: () => this.close() } }),
    );
  }

  #setUnread(number) {
    const { badge, launcher } = this.#parts;
    this.#unread = number;
    badge.hidden = number === 0;
    badge.textContent = number;
    const unread = number ? ` ${this.t("unread", { n: number })}.` : "";
    launcher.ariaLabel = `${this.t("launcher")}.${unread} ${this.t("openChat")}`;
  }

  #applySettings() {
    const { theme, size } = this.settings;
    const isDark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    Object.assign(this.#parts.root.dataset, {
      theme: isDark ? "dark" : "light",
      size,
      mode: this.#isPage ? "page" : "widget",
      position: this.dataset.position === "left" ? "left" : "right",
    });
  }

  async #changeSettings(settings) {
    const before = this.settings;
    this.settings = settings;
    this.storage.set("settings", settings);
    if (before.language === settings.language) return this.#applySettings();
    const { connection, keeping } = this.conversation ?? {};
    if (connection?.exists) keeping.change({ language: settings.language }).catch(() => {}); // the bot then goes by what is written
    const isInPanel = Boolean(this.panel);
    this.panel?.close(false);
    await this.#speak();
    if (isInPanel) this.#withPanels("openSettings", "language");
  }

  #changedElsewhere(name) {
    const settings = { ...DEFAULTS, ...this.storage.get("settings") };
    if (name === "settings" && JSON.stringify(settings) !== JSON.stringify(this.settings)) this.#changeSettings(settings);
    if (name === "token" && this.storage.get("token")) this.#tryLoad();
  }

  /** Above everything else on the host page, whatever its layers are. */
  #raise() {
    if (!this.showPopover) return;
    this.popover = "manual";
    this.showPopover();
  }

  /** Keeps the composer above a soft keyboard. */
  #fit() {
    const { height, offsetTop } = window.visualViewport ?? { height: innerHeight, offsetTop: 0 };
    this.#parts.root?.style.setProperty("--view", `${height}px`);
    this.#parts.root?.style.setProperty("--above", `${offsetTop}px`);
  }

  #key(event) {
    if (event.defaultPrevented) return;
    const { frame } = this.#parts;
    if (event.key === "Escape" && event.target !== this.composer.input) this.toComposer();
    // A widget that fills the screen of a phone hides the page, so focus stays in it.
    if (!this.#isPage && frame.offsetWidth >= innerWidth) keepInside(event, frame);
  }

  // ---- panels ----

  async #withPanels(name, ...more) {
    try {
      await this.#load();
      (await import("./panels.js"))[name](this, ...more);
    } catch {
      this.say(this.t("offline"));
    }
  }

  async #openCrisis() {
    const ask = () => {
      this.panel.close(false);
      this.choose({ payload: this.t("crisisPayload") });
    };
    // The contacts were fetched when the chat was opened; if not, 112 is there at once and they are not waited for long.
    await Promise.race([loadContacts(BASE), new Promise((done) => setTimeout(done, 600))]);
    this.openPanel(this.t("crisisTitle"), crisisContent(this.t, ask), "calm");
  }

  async #prepareContacts() {
    if (!(await loadContacts(BASE)) && this.isConnected) setTimeout(() => this.#prepareContacts(), MINUTE);
  }
}

// A browser that keeps to the standard of before 2026 never asks again for a module that it once failed to get.
async function importConversation(t) {
  if (navigator.onLine === false && !navigator.serviceWorker?.controller) throw new Error("There is no network.");
  const modules = [import("./conversation.js"), import("./styles-conversation.js"), import("./panels.js"), t.more()];
  const [languages, ...all] = await Promise.all([loadEveryLanguage(), ...modules]);
  return Object.assign({ languages }, ...all);
}

function on(target, type, listener) {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}

if (!customElements.get("saattaja-chat")) customElements.define("saattaja-chat", SaattajaChat);
