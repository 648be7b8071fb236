// How the bot talks: friendly, with humour, with memes or with dogs. Kept at the server, so that talking changes it too.
import { el } from "./dom.js";

/** The tones, as the server names them (people/profiles.py). */
export const TONES = ["friendly", "humour", "memes", "dogs"];

/** Returns the choice of a tone; it fills itself with what `keeping` (keeping.js) knows, and `say(text)` tells of a failure. */
export function toneContent(t, keeping, say) {
  const radios = TONES.map((tone) => el("input", { type: "radio", name: "tone", value: tone, on: { change: () => change(tone) } }));
  const show = ({ tone }) => {
    for (const radio of radios) radio.checked = radio.value === (tone || TONES[0]);
  };
  const change = (tone) => keeping.change({ tone }).then(show, () => {
    say(t("toneFailed"));
    return keeping.profile().then(show, () => {});
  });
  keeping.profile().then(show, () => {}); // out of reach, none is shown as chosen
  const options = radios.map((radio) => el("label", { class: "option" }, radio, el("span", { text: t(`tone_${radio.value}`) })));
  return el(
    "fieldset",
    {},
    el("legend", { text: t("tone") }),
    el("div", { class: "options" }, ...options),
    el("p", { class: "fine", text: t("toneHint") }),
  );
}
