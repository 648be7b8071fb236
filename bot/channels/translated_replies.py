"""Replies in another language: which of their texts are words, and what they look like translated or not.

Payloads, links, numbers and names are never touched. Nothing here imports Rasa.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from service_catalog.emergency import EMERGENCY_CONTACTS
from translator.handwritten import Words

Reply = dict[str, Any]

OF_CARD = ("summary", "first_step", "what_happens")
"""Texts of a card; beside them its reasons (`why`) and the labels and costs of its channels."""
OF_CHANNEL = ("label", "cost")
NAMES = (
    "Sekasin-chat",
    "Sekasin",
    "Nollalinja",
    "MIELI",
    "MLL",
    "Tukinainen",
    "Myrkytystietokeskus",
    "Saattaja",
    "RIKU",
    "Kela",
)
"""Names that a reply may hold although no card is beside it."""


def texts_of(reply: Mapping[str, Any], words: Words, source: str) -> list[tuple[str, str]]:
    """The texts of a reply to translate, each with its language (ISO 639-1; `source` where it says no other); titles of
    buttons that are written by hand are not among them."""
    titles = [button["title"] for button in reply.get("buttons", ()) if button.get("payload") not in words.buttons]
    own = [(text, source) for text in (reply.get("text"), *titles)]
    of_cards = (part for card in _cards(reply) for part in _texts_of_card(card, source))
    return [(text, language) for text, language in (*own, *of_cards) if isinstance(text, str) and text.strip()]


def names_in(replies: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Names that must come through: of the services on the cards, and of crisis contacts."""
    shown = (str(card.get("name") or "") for reply in replies for card in _cards(reply))
    return frozenset(name for name in (*shown, *NAMES, *(one.name for one in EMERGENCY_CONTACTS)) if name)


def translated_reply(
    reply: Reply, said: Mapping[str, str], words: Words, language: str, source: str, recipient: str
) -> Reply:
    """The reply with its texts as `said` has them, marked as machine translated, the original beside."""
    mark = {"from": source, "provider": recipient, "words": _mark(words)}
    shown = with_titles(reply, words, said)
    if reply.get("text"):
        shown["text"] = said.get(reply["text"], reply["text"])
        shown["translated"] = {**mark, "original": reply["text"]}
        shown["lang"] = language
    if _cards(reply):
        cards = [_translated_card(card, said, language, mark) for card in _cards(reply)]
        shown["custom"] = {**reply["custom"], "services": cards}
    return shown


def by_hand(reply: Reply, words: Words, spoken: bool) -> Reply:
    """The reply as it is, its titles by hand; `spoken`: its text is in the person's language already."""
    shown = with_titles(reply, words)
    return {**shown, "lang": words.code} if spoken else shown


def both_languages(reply: Reply, words: Words, finnish: str | None) -> list[Reply]:
    """The reply as it is, in English, its titles by hand. Where there are `finnish` words too, the English ones are a
    reply of their own before it, so that each says its language."""
    shown = with_titles(reply, words)
    if not (finnish and reply.get("text")):
        return [shown]
    english: Reply = {name: shown[name] for name in ("recipient_id", "text", "lang") if name in shown}
    return [english, {**shown, "text": finnish, "lang": "fi"}]


def with_titles(reply: Reply, words: Words, said: Mapping[str, str] | None = None) -> Reply:
    """A copy of the reply whose buttons have titles in the person's language, and the payloads they had."""
    if not reply.get("buttons"):
        return dict(reply)
    buttons = []
    for button in reply["buttons"]:
        payload = button.get("payload") or button["title"]
        title = words.buttons.get(payload) or (said or {}).get(button["title"], button["title"])
        buttons.append({**button, "title": title, "payload": payload})
    return {**reply, "buttons": buttons}


def _translated_card(card: Reply, said: Mapping[str, str], language: str, mark: Reply) -> Reply:
    original = {name: card[name] for name in (*OF_CARD, "why") if card.get(name)}
    texts = {name: said.get(card[name], card[name]) for name in OF_CARD if card.get(name)}
    why = [said.get(reason, reason) for reason in card.get("why") or ()]
    channels = [
        {**channel, **{name: said.get(channel[name], channel[name]) for name in OF_CHANNEL if channel.get(name)}}
        for channel in card.get("channels") or ()
    ]
    marked = {"language": language, "lang": {"name": _language(card, "name", mark["from"])}}
    return {**card, **texts, "why": why, "channels": channels, **marked, "translated": {**mark, "original": original}}


def _language(card: Mapping[str, Any], part: str, source: str) -> str:
    """The language of a part of a card."""
    return str((card.get("lang") or {}).get(part) or card.get("language") or source)


def _texts_of_card(card: Mapping[str, Any], source: str) -> Iterator[tuple[str, str]]:
    yield from ((card.get(name) or "", _language(card, name, source)) for name in OF_CARD)
    yield from ((why, _language(card, f"why.{place}", source)) for place, why in enumerate(card.get("why") or ()))
    for place, channel in enumerate(card.get("channels") or ()):
        for name in OF_CHANNEL:
            yield channel.get(name) or "", _language(card, f"channels.{place}.{name}", source)


def _cards(reply: Mapping[str, Any]) -> list[dict[str, Any]]:
    custom = reply.get("custom") or {}
    return list(custom.get("services") or ()) if custom.get("type") == "services" else []


def _mark(words: Words) -> dict[str, str]:
    return {"translated": words.translated, "show": words.show_original, "hide": words.hide_original}
