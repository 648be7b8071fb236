// What is behind the menu button.
import { button, el } from "./dom.js";

/** Returns the panel's content; each item is `{icon, text, hint?, act()}`. */
export function menuContent(items) {
  return [
    el(
      "ul",
      { class: "menu" },
      ...items.map(({ icon, text, hint, act }) => {
        const item = button({ icon, text, class: "item", on: { click: act } });
        if (hint) item.append(el("small", { text: hint }));
        return el("li", {}, item);
      }),
    ),
  ];
}
