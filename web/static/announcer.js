// Tells screen readers what is new, apart from the visible transcript, and without moving anybody's focus.
import { el } from "./dom.js";

const LASTS = 1_000; // milliseconds: shorter is lost by some readers, longer is read again by others

/** A visually hidden live region. */
export class Announcer {
  constructor() {
    this.element = el("div", { class: "hidden", "aria-live": "polite", "aria-atomic": "false" });
  }

  /** Has a text read aloud when the reader comes to it, in its language. */
  say(text, lang) {
    const line = el("p", { text, lang });
    this.element.append(line);
    setTimeout(() => line.remove(), LASTS);
  }
}
