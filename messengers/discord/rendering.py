"""What an event becomes in Discord: messages within its limits, each with its pictures and its buttons.

A reply is one message where it fits: its words, a card for each service, and the buttons, those of each card in a row
of their own. Words that are too long come in several messages before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from messengers.choices import Choice, choices_of, data_of, is_veiled
from messengers.discord import limits
from messengers.discord.embeds import Embed, clock, embed, size
from messengers.discord.texts import escaped, length, pieces, shortened, shown
from reminders.outbox import Event
from translations import translate

NOBODY: Mapping[str, Any] = {"parse": []}
"""`allowed_mentions`: whatever is written, nobody is called."""
ROW, BUTTON, SELECT = 1, 2, 3
PRIMARY, SECONDARY, LINK = 1, 2, 5
MENU = "menu"
"""How the custom_id of a select menu begins; what was chosen is in its values."""
MOST_CARDS = 3
MOST_OF_AN_ORIGINAL = 800
FRESH = timedelta(minutes=15)  # so long "open now" is believed, as in the web chat
_SMALL = "-# "  # Discord's mark of a line in small letters

Picture = Callable[[str], "bytes | None"]
"""Gives the PNG or JPEG of a path of ours such as /pictures/dogs/hello.png; None for what there is no picture of."""


@dataclass(frozen=True)
class Upload:
    """A file that goes with a message. `alt` says what is on a picture, for those who don't see it."""

    name: str
    content: bytes
    alt: str = ""


@dataclass(frozen=True)
class Message:
    """One message: the JSON that Discord takes, and its files."""

    payload: dict[str, Any] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()


def rendered(event: Event, language: str, now: datetime, picture: Picture = lambda path: None) -> list[Message]:
    """Returns the messages that show an event, in order; none for one that has nothing to show."""
    body = {"text": event.body["glance"]} if is_veiled(event.body) else event.body
    is_fresh = now - event.at < FRESH
    cards, is_crisis = [card if is_fresh else _no_longer_fresh(card, now) for card in _cards(body)], _is_crisis(body)
    numbers = range(1, len(cards) + 1) if len(cards) > 1 else [None] * len(cards)
    embeds = [embed(card, number, is_crisis, now) for card, number in zip(cards, numbers, strict=True)]
    rows, more_rows = _rows(event, cards, language)
    uploads = () if is_crisis else _uploads(body, picture)
    *before, last = _contents(body, language) or [""]
    groups = _groups(embeds) or [[]]
    messages: list[dict[str, Any]] = [{"content": content} for content in before]
    messages += [{"content": last if group is groups[0] else "", "embeds": group} for group in groups]
    messages[-1]["components"] = rows
    messages += [{"components": group} for group in more_rows]
    told = [{name: part for name, part in message.items() if part} for message in messages]
    if uploads:
        told[-1]["attachments"] = [_attachment(number, upload) for number, upload in enumerate(uploads)]
    shown_ = [Message({**message, "allowed_mentions": NOBODY}) for message in told if message]
    return [*shown_[:-1], Message(shown_[-1].payload, uploads)] if shown_ else []


# --- words --------------------------------------------------------------------------------------------------


def _contents(body: Mapping[str, Any], language: str) -> list[str]:
    """Returns the words of an event in pieces that Discord takes, with what explains them in small letters below."""
    text, notes = str(body.get("text") or ""), list(_notes(body, language))
    below = "\n".join(notes)
    found = [escaped(piece) for piece in pieces(text, limits.CONTENT, lambda piece: length(escaped(piece)))]
    if not below:
        return found
    if found and length(found[-1]) + 1 + length(below) <= limits.CONTENT:
        return [*found[:-1], f"{found[-1]}\n{below}"]
    return [*found, *pieces(below, limits.CONTENT)]


def _notes(body: Mapping[str, Any], language: str) -> Iterator[str]:
    if body.get("starts"):
        yield translate("Alkaa: {when}", language, when=clock(str(body["starts"])))
    url = str(body.get("url") or "")
    if url and not _opens(url):  # no button of Discord opens it, so that it has to be copied, or tapped where it is
        address = escaped(url.partition(":")[2])
        yield f"{escaped(str(body['label']))}: {address}" if body.get("label") else address
    for word in body.get("hard_words") or ():
        yield f"{_SMALL}{shown(str(word['word']), 60)}: ||{shown(str(word['plain']), 300)}||"
    translated = body.get("translated") or {}
    words = translated.get("words") or {}
    if words.get("translated"):
        yield f"{_SMALL}{shown(str(words['translated']), 200)}"
    original = " ".join(str(translated.get("original") or "").split())
    if words.get("show") and original:
        yield f"{_SMALL}{shown(str(words['show']), 100)}: ||{shown(original, MOST_OF_AN_ORIGINAL)}||"


# --- cards and pictures -------------------------------------------------------------------------------------


def _cards(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    custom = body.get("custom")
    services = custom.get("services") if isinstance(custom, Mapping) and custom.get("type") == "services" else None
    return list(services or ())[:MOST_CARDS]


def _no_longer_fresh(card: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """A card shown long after it was made: whether it is open now isn't known any more, only when it opens."""
    opens = card.get("opens")
    is_ahead = bool(opens) and datetime.fromisoformat(str(opens)) > now
    return {**card, "open_now": None, "opens": opens if is_ahead else None}


def _is_crisis(body: Mapping[str, Any]) -> bool:
    custom = body.get("custom")
    return bool(isinstance(custom, Mapping) and custom.get("crisis"))


def _groups(embeds: Sequence[Embed]) -> list[list[Embed]]:
    """Returns the embeds in as few messages as their size allows."""
    groups: list[list[Embed]] = []
    for one in embeds:
        if groups and sum(map(size, (*groups[-1], one))) <= limits.ALL_EMBEDS:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _uploads(body: Mapping[str, Any], picture: Picture) -> tuple[Upload, ...]:
    custom = body.get("custom")
    told: Mapping[str, Any] = custom if isinstance(custom, Mapping) and custom.get("type") == "picture" else {}
    path = body.get("image") or told.get("url")
    content = picture(str(path)) if path else None
    if not content or len(content) > limits.FILE:
        return ()
    alt = str(told.get("alt") or "")
    name = "kuva.jpg" if content.startswith(b"\xff\xd8") else "kuva.png"
    return (Upload(name, content, shortened(alt, limits.ALT)),)


def _attachment(number: int, upload: Upload) -> dict[str, Any]:
    return {"id": number, "filename": upload.name, **({"description": upload.alt} if upload.alt else {})}


# --- what can be tapped -------------------------------------------------------------------------------------


def _rows(
    event: Event, cards: Sequence[Mapping[str, Any]], language: str
) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """Returns the rows of buttons of a message, and those that need messages of their own."""
    choices = [
        (index, choice)
        for index, choice in enumerate(choices_of(event.body, language, event.at))
        if choice.title.strip() and (not choice.url or _opens(choice.url))
    ]
    rows = []
    for number, card in enumerate(cards):
        name = f"{number + 1}. " if len(cards) > 1 else ""
        own = [(index, choice) for index, choice in choices if choice.card == number]
        links = _links(card, name, limits.BUTTONS_IN_ROW - len(own))
        buttons = [*links, *(_button(event, index, choice, name) for index, choice in own)]
        rows += [_row(buttons[: limits.BUTTONS_IN_ROW])] if buttons else []
    general = [(index, choice) for index, choice in choices if choice.card is None]
    rows += _general_rows(event, general, limits.ROWS - len(rows), language)
    rest = rows[limits.ROWS :]
    return rows[: limits.ROWS], [rest[at : at + limits.ROWS] for at in range(0, len(rest), limits.ROWS)]


def _general_rows(
    event: Event, choices: Sequence[tuple[int, Choice]], room: int, language: str
) -> list[dict[str, Any]]:
    """Returns buttons where there is room for all and their words fit on one, else menus to choose from."""
    fits = all(length(choice.title) <= limits.LABEL for _, choice in choices if not choice.url)
    if fits and len(choices) <= room * limits.BUTTONS_IN_ROW:
        return [_row([_button(event, *one) for one in some]) for some in _by(limits.BUTTONS_IN_ROW, choices)]
    links = [one for one in choices if one[1].url]
    menus = _by(limits.OPTIONS, [one for one in choices if not one[1].url])
    return [
        *(_row([_button(event, *one) for one in some]) for some in _by(limits.BUTTONS_IN_ROW, links)),
        *(_row([_menu(event, number, some, language)]) for number, some in enumerate(menus)),
    ]


def _links(card: Mapping[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    found: dict[str, str] = {}  # by address: the same one twice would be one too many
    for channel in card.get("channels") or ():
        url = str(channel.get("url") or "")
        if _opens(url):
            found.setdefault(url, str(channel.get("label") or card["name"]))
    return [_link(name + label, url) for url, label in list(found.items())[:most]]


def _button(event: Event, index: int, choice: Choice, name: str = "") -> dict[str, Any]:
    if choice.url:
        return _link(choice.title, choice.url)
    style = PRIMARY if choice.answer or choice.action else SECONDARY
    label = shortened(name + choice.title, limits.LABEL)
    return {"type": BUTTON, "style": style, "label": label, "custom_id": data_of(event, index)}


def _link(label: str, url: str) -> dict[str, Any]:
    return {"type": BUTTON, "style": LINK, "label": shortened(label, limits.LABEL), "url": url}


def _menu(event: Event, number: int, choices: Sequence[tuple[int, Choice]], language: str) -> dict[str, Any]:
    return {
        "type": SELECT,
        "custom_id": f"{MENU}.{event.id}.{number}",
        "placeholder": shortened(translate("Valitse tästä", language), limits.PLACEHOLDER),
        "options": [_option(event, index, choice.title) for index, choice in choices],
    }


def _option(event: Event, index: int, title: str) -> dict[str, Any]:
    option = {"label": shortened(title, limits.OPTION), "value": data_of(event, index)}
    return option if option["label"] == title else {**option, "description": _end(title)}


def _end(title: str) -> str:
    """The end of a choice that is too long for its label; the beginning is in the label."""
    end = " ".join(title.split())
    while length(end) > limits.OPTION - 1:
        first, _, rest = end.partition(" ")
        end = rest or first[1 - limits.OPTION // 2 :]
    return f"…{end}"


def _row(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": ROW, "components": parts}


def _by(most: int, choices: Sequence[tuple[int, Choice]]) -> list[Sequence[tuple[int, Choice]]]:
    return [choices[at : at + most] for at in range(0, len(choices), most)]


def _opens(url: str) -> bool:
    """Whether a button of Discord may open it: only addresses of pages, and not endless ones."""
    return url.startswith(("https://", "http://")) and length(url) <= limits.LINK
