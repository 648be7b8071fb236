"""What a conversation shows, as messages of Telegram: plain functions from the body of an event to what is sent.

Text is HTML as the Bot API reads it, of which only what is written here is markup. Telegram itself turns telephone
numbers and e-mail addresses into links; its buttons open nothing but web pages.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from messengers.choices import Choice, choices_of, data_of, is_veiled
from messengers.telegram.limits import BUTTON_TITLE, CAPTION, TEXT, length
from reminders import wording
from reminders.outbox import Event
from service_catalog import card_words
from translations import LANGUAGES, translatable, translate

MOST_CARDS = 3
MOST_ROWS = 25  # of at most two buttons, with those of a card well below the limit
FRESH = timedelta(minutes=15)  # so long "open now" is believed, as in the web chat
SHORT_TITLE = 18  # characters; two buttons of such titles stand side by side on a narrow phone
SILENT_FIRST = ("chat", "sms", "email", "phone", "video", "visit", "web")
OPENS = {
    "chat": translatable("Avaa chat"),
    "video": translatable("Avaa videotapaaminen"),
    "visit": translatable("Katso kartalta"),
    "web": translatable("Avaa verkkosivu"),
}
"""What a button that opens a page says, by the type of its channel; `web` stands for all others."""

LABELS = {
    "why": translatable("Miksi tämä"),
    "step": translatable("Ensimmäinen askel"),
    "then": translatable("Mitä sitten tapahtuu"),
}

_QUOTED = re.compile(r"[”“\"](.+)[”“\"]", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_BORDERS = ("\n\n", "\n", ". ", " ")
_AROUND = {
    "": ("", ""),
    "bold": ("<b>", "</b>"),
    "fine": ("<i>", "</i>"),
    "copied": ("<code>", "</code>"),  # a tap on it copies it
    "folded": ("<blockquote expandable>", "</blockquote>"),
}


@dataclass(frozen=True)
class Button:
    """One button of a message: it opens the page at `url`, or comes back with `data`."""

    title: str
    url: str | None = None
    data: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class Message:
    """One message: `text` in HTML, rows of buttons, and the path of a picture that it stands below."""

    text: str
    buttons: Rows = ()
    picture: str | None = None

    @property
    def plain(self) -> str:
        """The text without markup."""
        return html.unescape(_TAG.sub("", self.text))


@dataclass(frozen=True)
class Line:
    """A line of a message, with a bold `label` before it or without; `kind` is a key of `_AROUND`."""

    text: str = ""
    label: str = ""
    kind: str = ""

    @property
    def length(self) -> int:
        """How long it is as the Bot API counts."""
        return length(self.label) + bool(self.label and self.text) + length(self.text)

    @property
    def html(self) -> str:
        """The line in HTML, everything in it escaped."""
        before, after = _AROUND[self.kind] if self.text else ("", "")
        label = f"<b>{escaped(self.label)}</b>" if self.label else ""
        return f"{label}{' ' if label and self.text else ''}{before}{escaped(self.text)}{after}"


def messages_of(event: Event, language: str, now: datetime) -> list[Message]:
    """Returns the messages that show an event, in order; the buttons under the last one are the event's own.

    `language` (fi, sv, en) is what the bot's own labels are in where the body doesn't say, `now` an aware datetime.
    """
    body = event.body
    choices = list(enumerate(choices_of(body, language, event.at)))
    own = keyboard(choices, event)
    if is_veiled(body):
        return [Message(Line(str(body["glance"])).html, own)]
    custom = body["custom"] if isinstance(body.get("custom"), Mapping) else {}
    if custom.get("type") == "picture":
        return [_picture(body, custom, own)]
    spoken = _ours(body.get("lang"), language)
    words = [*_heading(body, spoken), *paragraphs(str(body.get("text") or "")), *_after(body, spoken, now)]
    shown = [Message(page) for page in pages(words)]
    if custom.get("type") == "services":
        for number, card in enumerate(_cards(custom)):
            told = card if now - event.at < FRESH else _no_longer_fresh(card, now)
            spoken_there, mine = _ours(card.get("language"), language), keyboard(choices, event, number)
            shown += _card(told, mine, spoken_there, now, is_crisis=bool(custom.get("crisis")))
    if not shown and own:
        shown = [Message(translate("Valitse tästä:", language))]
    return [*shown[:-1], replace(shown[-1], buttons=(*shown[-1].buttons, *own))] if shown else []


def _no_longer_fresh(card: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """A card that is shown long after it was made: whether it is open now isn't known any more, only when it opens."""
    opens = _moment(card.get("opens"))
    return {**card, "open_now": None, "opens": card.get("opens") if opens and opens > now else None}


# --- text -------------------------------------------------------------------------------------------------------


def escaped(text: str) -> str:
    """Returns text as HTML of the Bot API: nothing in it is markup."""
    return html.escape(text.encode("utf-8", "ignore").decode(), quote=False)


def paragraphs(text: str) -> list[Line]:
    """Returns a text as lines. A paragraph that is a quotation whole is words to send: a tap copies them."""
    lines: list[Line] = []
    for paragraph in re.split(r"\n{2,}", text.strip()):
        quoted = _QUOTED.fullmatch(paragraph.strip())
        lines += [Line(), Line(quoted[1], kind="copied") if quoted else Line(paragraph)]
    return lines[1:]


def pages(lines: Iterable[Line], most: int = TEXT) -> list[str]:
    """Returns lines as HTML texts that Telegram takes, none longer than `most`; as few as there have to be."""
    found: list[str] = []
    page: list[Line] = []
    size = 0
    for line in (part for one in lines for part in _parts(one, most)):
        if page and size + 1 + line.length > most:
            found.append(_page(page))
            page, size = [], 0
        size += line.length + bool(page)
        page.append(line)
    return [text for text in (*found, _page(page)) if text]


def _page(lines: Sequence[Line]) -> str:
    return "\n".join(line.html for line in lines).strip("\n")


def _parts(line: Line, most: int) -> Iterator[Line]:
    """A line as lines that fit."""
    first, *others = split(line.text, most - length(line.label) - 1) or [""]
    yield replace(line, text=first)
    yield from (Line(text, kind=line.kind) for text in others)


def split(text: str, most: int = TEXT) -> list[str]:
    """Returns a text in pieces of at most `most`, each up to the end of a paragraph, a line, a sentence or a word."""
    found = []
    while length(text) > most:
        head = text.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")
        at = next((at + len(border) for border in _BORDERS if (at := head.rfind(border)) > len(head) // 3), len(head))
        found.append(text[:at].strip())
        text = text[at:].strip()
    return [piece for piece in (*found, text) if piece]


def _heading(body: Mapping[str, Any], language: str) -> list[Line]:
    return [Line(f"🔔 {translate('Muistutus', language)}", kind="bold")] if body.get("reminder") else []


def _after(body: Mapping[str, Any], language: str, now: datetime) -> list[Line]:
    """What stands after the words: a number to call, when it begins, and that a machine translated them."""
    lines = []
    url = str(body.get("url") or "")
    if url and not is_page(url):
        lines.append(Line(contact(url), f"{body.get('label') or translate('Yhteys', language)}:"))
    starts = _moment(body.get("starts"))
    if starts and starts > now:
        lines.append(Line(translate("Alkaa {when}", language, when=wording.moment(starts, now, language))))
    mark = body.get("translated")
    if isinstance(mark, Mapping):
        lines += [Line(), Line(machine(mark, language), kind="fine")]
        if isinstance(mark.get("original"), str):
            lines.append(Line(mark["original"], kind="folded"))
    return lines


def machine(mark: Mapping[str, Any], language: str) -> str:
    """Returns the words that say that a machine translated; the mark brings them in the person's language."""
    return str((mark.get("words") or {}).get("translated") or translate("Konekäännös", language))


# --- cards ------------------------------------------------------------------------------------------------------


def _cards(custom: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    cards = custom.get("services")
    return (
        [one for one in cards if isinstance(one, Mapping) and one.get("name")][:MOST_CARDS]
        if isinstance(cards, list)
        else []
    )


def _card(card: Mapping[str, Any], own: Rows, language: str, now: datetime, is_crisis: bool) -> list[Message]:
    channels = sorted(card.get("channels") or (), key=lambda one: _rank(one.get("type")))
    doors = card_words.opening(card.get("open_now"), card.get("opens"), now, language)
    facts = (doors[:1].upper() + doors[1:], card_words.distance(card.get("distance_km"), language))
    why = [] if is_crisis else [Line(" · ".join(card.get("why") or ()), _label("why", language))]
    step = Line(card.get("first_step") or "", _label("step", language))
    then = Line(card.get("what_happens") or "", _label("then", language))
    ways = [_way(channel) for channel in channels]
    blocks = [
        [Line(str(card["name"]), kind="bold"), Line(" · ".join(fact for fact in facts if fact))],
        [Line(card.get("summary") or "")],
        *([ways, [step], [then]] if is_crisis else [why, [step], [then], ways]),
        [*_session(card, language, now), *_verified(card, language), *_machine_made(card, language)],
    ]
    lines: list[Line] = []
    for block in blocks:
        told = [line for line in block if line.text]
        lines += [Line(), *told] if told else []
    pages_of_it = pages(lines[1:])
    links = tuple((button,) for channel in channels if (button := _link(channel, language)))
    return [*map(Message, pages_of_it[:-1]), Message(pages_of_it[-1], (*links, *own))]


def _rank(kind: object) -> int:
    return SILENT_FIRST.index(kind) if kind in SILENT_FIRST else len(SILENT_FIRST)


def _label(part: str, language: str) -> str:
    return f"{translate(LABELS[part], language)}:"


def _way(channel: Mapping[str, Any]) -> Line:
    """How to reach a service, in words: what a button opens by its name and cost only."""
    url, label, cost = str(channel.get("url") or ""), channel.get("label") or "", channel.get("cost")
    number = channel.get("number") or channel.get("address") or ("" if is_page(url) else contact(url))
    costs = f" ({cost})" if cost else ""
    return Line(f"• {label}: {number}{costs}" if number else f"• {label}{costs}" if label else "")


def _link(channel: Mapping[str, Any], language: str) -> Button | None:
    url = str(channel.get("url") or "")
    if not is_page(url):
        return None
    opens = translate(OPENS.get(channel.get("type") or "", OPENS["web"]), language)
    name = channel.get("label") if channel.get("named") else None
    return Button(shortened(f"{opens}: {name}" if name else opens), url=url)


def _session(card: Mapping[str, Any], language: str, now: datetime) -> list[Line]:
    meets = _moment(card.get("next_session"))
    if meets is None or meets <= now:
        return []
    return [Line(translate("Seuraava kerta {when}", language, when=wording.moment(meets, now, language)))]


def _verified(card: Mapping[str, Any], language: str) -> list[Line]:
    day = card.get("verified")
    return (
        [Line(translate("Tiedot tarkistettu {day}.", language, day=card_words.day(day, language)), kind="fine")]
        if day
        else []
    )


def _machine_made(card: Mapping[str, Any], language: str) -> list[Line]:
    mark = card.get("translated")
    return [Line(machine(mark, language), kind="fine")] if isinstance(mark, Mapping) else []


def _moment(written: object) -> datetime | None:
    return datetime.fromisoformat(written) if isinstance(written, str) else None


def _ours(spoken: object, language: str) -> str:
    """What our own labels are in: the language of what they stand beside, where the bot speaks it."""
    return next((one for one in (spoken, language) if isinstance(one, str) and one in LANGUAGES), "en")


def is_page(url: str) -> bool:
    """Returns whether a button may open this: the Bot API takes web pages only."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and "." in (parts.hostname or "") and not re.search(r"\s", url)


def contact(url: str) -> str:
    """Returns the telephone number or address of a `tel:`, `sms:` or `mailto:` link, as Telegram links it."""
    return unquote(re.sub(r"^[a-z]+:(//)?", "", url).partition("?")[0])


# --- pictures and buttons ---------------------------------------------------------------------------------------


def _picture(body: Mapping[str, Any], custom: Mapping[str, Any], own: Rows) -> Message:
    """A picture with its words, or with what it shows for who can't see it."""
    words = [*paragraphs(str(body.get("text") or "")), Line(str(custom.get("alt") or ""), kind="fine")]
    told = [line for line in words if line.text]
    caption = pages(told if sum(line.length + 1 for line in told) <= CAPTION else told[:1], CAPTION)
    return Message(caption[0] if caption else "", own, str(custom.get("url") or ""))


def keyboard(choices: Iterable[tuple[int, Choice]], event: Event, card: int | None = None) -> Rows:
    """Returns rows of buttons for the choices of an event, or of one of its cards: short ones stand two in a row."""
    rows: list[tuple[Button, ...]] = []
    for index, choice in choices:
        if choice.card != card or (choice.url and not is_page(choice.url)):
            continue
        title = shortened(choice.title)
        if not title:
            continue
        button = Button(title, url=choice.url) if choice.url else Button(title, data=data_of(event, index))
        beside = rows[-1] if rows else ()
        if len(beside) == 1 and all(length(one.title) <= SHORT_TITLE and not one.url for one in (*beside, button)):
            rows[-1] = (*beside, button)
        else:
            rows.append((button,))
    return tuple(rows[:MOST_ROWS])


def shortened(title: str) -> str:
    """Returns the title of a button, cut where no phone would show more."""
    title = " ".join(title.split())
    if length(title) <= BUTTON_TITLE:
        return title
    return title.encode("utf-16-le")[: 2 * (BUTTON_TITLE - 1)].decode("utf-16-le", "ignore").rstrip() + "…"
