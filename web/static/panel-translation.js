// Whether a translator may get what the person writes: their answer, and the way to take it back. Kept at the server.
import { el } from "./dom.js";

/**
 * Returns the switch, hidden from who was never asked about a translator; it fills itself with what `keeping` (keeping.js)
 * knows, and `say(text)` tells of a failure.
 */
export function translationContent(t, keeping, say) {
  const box = el("input", { type: "checkbox", on: { change: () => change(box.checked) } });
  const by = el("p", { class: "fine" });
  const part = el(
    "fieldset",
    { hidden: true },
    el("legend", { text: t("translation") }),
    el("div", { class: "options" }, el("label", { class: "option" }, box, el("span", { text: t("translationAllowed") }))),
    by,
  );
  const show = ({ translation_by: name, translation_allowed: isAllowed }) => {
    part.hidden = !name;
    by.textContent = t("translationBy", { name });
    box.checked = Boolean(isAllowed);
  };
  const change = (isAllowed) => keeping.change({ translation_allowed: isAllowed }).then(show, () => {
    box.checked = !isAllowed;
    say(t("translationFailed"));
  });
  keeping.profile().then(show, () => {}); // out of reach, nothing is offered that can't be done
  return part;
}
