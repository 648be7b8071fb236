// Where a person writes.
import { button, el } from "./dom.js";

const TALLEST = 7; // lines

/** A text field that grows, a button that sends, and one that shares the location where the browser can. */
export class Composer {
  /** `onSend(text)` and `onLocate()` are called when the person asks for it. */
  constructor(t, { onSend, onLocate }) {
    this.onSend = onSend;
    const named = { "aria-label": t("input"), placeholder: t("input") };
    this.input = el("textarea", { rows: 1, ...named, enterkeyhint: "send", autocomplete: "off", dir: "auto" });
    this.button = button({ icon: "send", label: t("send"), class: "send", "aria-disabled": "true", on: { click: () => this.#submit() } });
    this.locate = onLocate && button({ icon: "place", label: t("locate"), class: "round", on: { click: onLocate } });
    this.element = el("div", { class: "composer" }, this.locate, el("div", { class: "field" }, this.input, this.button));
    this.input.addEventListener("input", () => this.#changed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    // A soft keyboard was held back when focus came by itself; a touch or a key asks for it.
    for (const type of ["pointerdown", "blur"]) this.input.addEventListener(type, () => this.input.removeAttribute("inputmode"));
  }

  /** Moves focus here without opening a soft keyboard. Only for answering what the person just did. */
  focus() {
    if (matchMedia("(pointer: coarse)").matches) this.input.inputMode = "none";
    this.input.focus({ preventScroll: true });
  }

  /** What is written and not sent. */
  get draft() {
    return this.input.value;
  }

  set draft(text) {
    this.input.value = text;
    this.#changed();
  }

  #key(event) {
    this.input.removeAttribute("inputmode");
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.draft.trim();
    if (text) {
      this.draft = "";
      this.onSend(text);
    }
    this.focus();
  }

  #changed() {
    const { input } = this;
    this.button.setAttribute("aria-disabled", String(!input.value.trim()));
    input.style.blockSize = "auto";
    const line = parseFloat(getComputedStyle(input).lineHeight) || 24;
    input.style.blockSize = `${Math.min(input.scrollHeight, line * TALLEST)}px`;
  }
}
