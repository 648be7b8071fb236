"""The words and buttons of what reaches a person by itself, from the bot's own responses; without Rasa.

So that a reminder speaks as the bot does: in the person's language and tone, with times as their clock shows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from reminders import wording
from reminders.windows import DEFAULT_ZONE
from translations import translatable, translate

DOMAIN = Path(__file__).parent / "domain"
PREFIX = "utter_reminder_"
ANSWERS: Mapping[str, str] = {
    "done": translatable("Tehty"),
    "later": translatable("Myöhemmin"),
    "move": translatable("Siirrä"),
    "cancel": translatable("Peru"),
    "stop_all": translatable("Lopeta kaikki"),
    "helped": translatable("Sain apua"),
    "helped_a_little": translatable("Sain vähän apua"),
    "no_help": translatable("En saanut apua"),
    "not_contacted": translatable("En ottanut yhteyttä"),
    "went_well": translatable("Meni hyvin"),
    "went_okay": translatable("Meni ihan ok"),
    "went_badly": translatable("Meni huonosti"),
    "did_not_go": translatable("En mennyt"),
    "no_news": translatable("Ei enää uutisia"),
}
"""What can be answered with a tap, and the words on its button, which a tap sends (bot/nlu/data/buttons.yml)."""
OF_A_REMINDER = ("done", "later", "move", "cancel", "stop_all")
BUTTONS: Mapping[str, Sequence[str]] = {
    "check_in": ("helped", "helped_a_little", "no_help", "not_contacted", "later", "stop_all"),
    "check_in_session": ("went_well", "went_okay", "went_badly", "did_not_go", "later", "stop_all"),
    "news": ("no_news", "stop_all"),
}
"""The answers under messages of a kind, or with words of that name; under the others those of `OF_A_REMINDER`."""


class UnknownWords(LookupError):
    """There are no words for a kind. The text says where they belong."""


def words(kind: str, language: str | None, tone: str | None, values: Mapping[str, Any]) -> str:
    """Returns what a message of a kind says.

    The words are the response `utter_reminder_<kind>_<channel>` where there is one for `values["channel"]`, else
    `utter_reminder_<kind>`; its variant is one for the language and, if there is one, the tone. `values` fill its
    placeholders, such as `name`, `service`, `place`; what they lack is left out. `when` is made of `starts` and `now`
    (aware datetimes) on the clock of `zone` (IANA), `others` of the second and later ones of `changes` (pairs of ISO
    8601 times: before, and now or None). Raises UnknownWords.
    """
    variants = _responses().get(f"{kind}_{values.get('channel')}") or _responses().get(kind)
    if not variants:
        raise UnknownWords(f"There are no words for {kind}. Add the response {PREFIX}{kind} to a file in bot/domain.")
    told = {key: value for key, value in values.items() if value is not None}
    zone = told.get("zone") or DEFAULT_ZONE
    if "when" not in told and isinstance(told.get("starts"), datetime):
        told["when"] = wording.moment(told["starts"], told["now"], language, zone)
    others = [datetime.fromisoformat(now or was) for was, now in told.get("changes", [])[1:]]
    if others:
        times = [wording.moment(each, told["now"], language, zone) for each in others]
        told["others"] = words("others", language, tone, {"times": "; ".join(times)})
    finnish = _variant(variants, {"tone": tone})["text"]
    text = translate(finnish, language)
    return " ".join(text.format_map(_Known(told)).split())


def buttons(kind: str, language: str | None) -> list[dict[str, str]]:
    """Returns the buttons under a message of a kind, as replies have them: `{"title", "payload"}`.

    What answers the reminder itself has its `answer` too (docs/web.md).
    """
    buttons = []
    for answer in BUTTONS.get(kind, OF_A_REMINDER):
        button = {"title": translate(ANSWERS[answer], language), "payload": ANSWERS[answer]}
        buttons.append({**button, "answer": answer} if answer in OF_A_REMINDER else button)
    return buttons


def response(name: str, language: str | None, tone: str | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns one of the bot's responses by its full name, as a reply has it: `{"text", "buttons"}`.

    For what is answered without Rasa; `values` fill its placeholders. Raises UnknownWords.
    """
    variants = _all_responses().get(name)
    if not variants:
        raise UnknownWords(f"There is no response {name}. Add it to a file in bot/domain.")
    variant = _variant(variants, {"tone": tone})
    finnish = variant["text"]
    text = translate(finnish, language).format_map(_Known(values))
    return {"text": text, "buttons": [_translated(button, language) for button in variant.get("buttons") or []]}


def _translated(button: Mapping[str, str], language: str | None) -> dict[str, str]:
    title = button["title"]
    return {**button, "title": translate(title, language)}


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _variant(variants: Sequence[Mapping[str, Any]], slots: Mapping[str, Any]) -> Mapping[str, Any]:
    """The variant with the most conditions of those whose conditions all hold, as Rasa prefers conditional ones."""

    def conditions(variant: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        return variant.get("condition") or []

    def holds(variant: Mapping[str, Any]) -> bool:
        return all(slots.get(one["name"]) == one["value"] for one in conditions(variant))

    fitting = [variant for variant in variants if holds(variant)] or variants
    return max(fitting, key=lambda variant: len(conditions(variant)))


@lru_cache(maxsize=1)
def _responses() -> dict[str, list[dict[str, Any]]]:
    found = _all_responses().items()
    return {name[len(PREFIX) :]: variants for name, variants in found if name.startswith(PREFIX)}


@lru_cache(maxsize=1)
def _all_responses() -> dict[str, list[dict[str, Any]]]:
    read = YAML(typ="safe").load
    files = [read(file.read_text(encoding="utf-8")) for file in sorted(DOMAIN.rglob("*.yml"))]
    return {name: variants for file in files for name, variants in (file.get("responses") or {}).items()}
