// A panel over the conversation: a dialog that keeps focus inside, closes with Esc and gives focus back.
import { button, el } from "./dom.js";

const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']";

/**
 * Opens a panel titled `title` in `frame`, over everything else there; returns
 * `{close, element, opener}`. Focus goes back to `opener`, by default to where it was; `onClose` is called then.
 */
export function openPanel(frame, title, t, content, { kind = "", opener = null, onClose = () => {} } = {}) {
  const giveBackTo = opener ?? frame.getRootNode().activeElement;
  const others = [...frame.children].filter((one) => !one.inert && !one.matches("[aria-live], [role=status]"));
  const heading = el("h2", { text: title, id: "panel-title", tabindex: "-1" });
  const back = button({ icon: "back", label: t("back"), class: "round", on: { click: () => close() } });
  const panel = el(
    "div",
    { class: `panel ${kind}`, role: "dialog", "aria-modal": "true", "aria-labelledby": "panel-title" },
    el("div", { class: "panel-head" }, back, heading),
    el("div", { class: "panel-body" }, ...content),
  );
  const close = (giveBack = true) => {
    if (!panel.isConnected) return;
    for (const one of others) one.inert = false;
    panel.remove();
    onClose();
    if (giveBack && giveBackTo?.isConnected) giveBackTo.focus();
  };
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else keepInside(event, panel);
  });
  for (const one of others) one.inert = true;
  frame.append(panel);
  heading.focus();
  return { close, element: panel, opener: giveBackTo };
}

/** Has Tab go round inside an element. */
export function keepInside(event, element) {
  if (event.key !== "Tab") return;
  const stops = [...element.querySelectorAll(FOCUSABLE)].filter(
    (one) => one.tabIndex >= 0 && !one.closest("[inert], [hidden]") && one.getClientRects().length,
  );
  if (!stops.length) return;
  const active = element.getRootNode().activeElement;
  const [first, last] = [stops[0], stops.at(-1)];
  const isInside = stops.includes(active);
  if (event.shiftKey ? active === first || !isInside : active === last) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}
