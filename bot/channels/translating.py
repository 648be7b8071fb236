"""People who write another language than the bot's: their message to Finnish, replies to their language, after a yes.

Stands between a connector and `answering`. Without the person's yes nothing leaves the machine; without a translator,
or while it fails, replies are in English and Finnish and a line in the person's language says so. Words of danger are
found in the person's own language (bot/nlu/crisis_languages.py) and answered in it by hand (bot/speech.py), so a crisis
waits for nobody.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import UserUttered

from bot.channels.answering import answer
from bot.channels.incoming import IncomingMessage, clean_message
from bot.channels.masking import mask_personal_codes
from bot.channels.rich_output import SPEECH
from bot.channels.translated_replies import both_languages, by_hand, names_in, texts_of, translated_reply
from bot.nlu import buttons, crisis_languages
from bot.nlu.crisis_text import clean
from bot.nlu.languages import HOME, language_of
from bot.nlu.reading import read
from bot.speaking import OTHERWISE
from bot.speech import other_language_of
from people import profiles
from people.database import DEFAULT_URL, Database, DatabaseUnavailable
from translator import handwritten
from translator.handwritten import ALLOW, REFUSE, STOP, Words
from translator.providers import provider_of
from translator.service import Translator
from translator.settings import TranslatorMisconfigured, from_environment

logger = logging.getLogger(__name__)

DATABASE = "SAATTAJA_DATABASE"
"""Environment variable with the URL of the database that has the profiles."""
SOMEBODY = "Haluan puhua ihmiselle"
"""What a message counts as of which nothing was understood: services where a person answers help at least."""
SOURCE = "fi"

Handle = Callable[[UserMessage], Awaitable[Any]]
Replies = list[dict[str, Any]]


@dataclass(frozen=True)
class Consent:
    """What a person said to being translated: `allowed` None is no answer yet, `asked` whether they were asked about
    this translator. `person` is their id, None where nothing is kept about them."""

    allowed: bool | None = None
    asked: bool = False
    person: str | None = None


@dataclass(frozen=True)
class Heard:
    """What a conversation tells: the `language` the person writes in where it isn't one of the bot's own, their last
    message in it (`waiting` to be understood), and the question that the bot is `awaiting` an answer to."""

    language: str | None = None
    waiting: str | None = None
    awaiting: str | None = None


_ANSWERS = {ALLOW: ALLOW, REFUSE: REFUSE, STOP: STOP, "Kyllä": ALLOW, "En": REFUSE}
"""What short words may answer to the question about translation."""


class Interpreter:
    """Answers in any language. `translator` None: the operator switched none on."""

    def __init__(
        self,
        translator: Translator | None,
        database: Database | None,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self._translator = translator
        self._database = database
        self._now = now

    async def answer(
        self, handle: Handle, message: IncomingMessage, channel: str, agent: Agent | None = None
    ) -> Replies:
        """The bot's replies to a message, as `answering.answer` gives them, in the person's language where that can be.

        `agent` tells what the conversation's language is and reads a message that may be in another language.
        """
        choice = _choice(message.text)
        if choice:
            heard = await _heard(agent, message.sender)
            return await self._choose(choice, heard.language, heard, handle, message, channel)
        danger = crisis_languages.find(clean(message.text))
        language = await _other_language(message.text, agent)
        if danger and language != "uk":  # "quiero morir" is short for telling Spanish; Ukrainians use Russian words too
            language = danger.language
        if language is None:
            return await self._replies(await answer(handle, message, channel), message, channel, typed=None)
        if danger:  # the crisis detector reads it as it is, and nobody waits for a translator
            message = replace(message, original={"text": message.text, "language": language})
            return await self._replies(await answer(handle, message, channel), message, channel, language)
        words = handwritten.words_or_english(language)
        meaning = words.meaning(message.text)
        if meaning in _ANSWERS:
            heard = await _heard(agent, message.sender)
            # A plain yes answers the question about translation where nothing else was asked since.
            if _ANSWERS[meaning] == meaning or (heard.awaiting is None and await self._is_asked(message, channel)):
                return await self._choose(_ANSWERS[meaning], language, heard, handle, message, channel)
        return await self._understand(language, meaning, handle, message, channel)

    async def _understand(
        self, language: str, meaning: str | None, handle: Handle, message: IncomingMessage, channel: str
    ) -> Replies:
        """Answers a message in another language: what it means by hand, by translation, or by single words."""
        original = {"text": message.text, "language": language}
        failed = False
        if meaning:
            text = meaning
        else:
            consent = await self._consent(message.sender, channel)
            finnish = await self._to_finnish(message.text, language) if self._may(consent, language) else None
            failed = self._may(consent, language) and finnish is None
            gist = handwritten.words_or_english(language).gist_of(message.text)
            text = finnish or gist or (SOMEBODY if handwritten.words(language) else message.text)
        message = replace(message, text=text, original=original)
        return await self._replies(await answer(handle, message, channel), message, channel, language, failed)

    async def _to_finnish(self, text: str, language: str) -> str | None:
        assert self._translator is not None
        result = await self._translator.translate(mask_personal_codes(text), language, SOURCE)
        # What comes back is as little to be trusted as what people type.
        return (clean_message(result.text) or None) if result else None

    async def _replies(
        self, replies: Replies, message: IncomingMessage, channel: str, typed: str | None, failed: bool = False
    ) -> Replies:
        """Replies in the person's language. `typed`: the language of this message, None for a tap or one of the bot's
        own languages; `failed`: their message could not be translated."""
        speeches = [reply.pop(SPEECH, None) for reply in replies]
        language = next((speech["to"] for speech in speeches if speech), typed)
        if language is None:
            return replies
        words = handwritten.words_or_english(language)
        crisis = any(speech and speech["by_hand"] for speech in speeches)
        if crisis:
            return [
                by_hand(reply, words, bool(speech and speech["by_hand"]))
                for reply, speech in zip(replies, speeches, strict=True)
            ]
        consent = await self._consent(message.sender, channel)
        if self._may(consent, language) and not failed:
            shown = await self._translated(replies, speeches, words, language, consent.person)
            if shown is not None:
                return shown
            failed = True
        finnish = [speech["finnish"] if speech else None for speech in speeches]
        pairs = zip(replies, finnish, strict=True)
        shown = [one for reply, other in pairs for one in both_languages(reply, words, other)]
        if typed or failed:
            shown = [_line(message.sender, words.failed if failed else words.languages, words), *shown]
        if self._translator and self._translator.supports(language) and consent.allowed is None:
            return await self._asking(shown, consent, words, message.sender, channel)
        return shown

    async def _translated(
        self, replies: Replies, speeches: Sequence[Any], words: Words, language: str, person: str | None
    ) -> Replies | None:
        """Replies in the person's language, the original beside; None where the translator failed."""
        assert self._translator is not None
        source = next((str(speech["from"]) for speech in speeches if speech), OTHERWISE)
        texts = dict.fromkeys(text for reply in replies for text in texts_of(reply, words, source))
        by_source = {one: [text for text, written in texts if written == one] for _, one in texts}
        names = names_in(replies)
        results = await asyncio.gather(
            *(
                self._translator.translate_all(of_source, one, language, names=names, person=person)
                for one, of_source in by_source.items()
            )
        )
        said: dict[str, str] = {}
        for of_source, found in zip(by_source.values(), results, strict=True):
            for text, result in zip(of_source, found, strict=True):
                if result is None:
                    return None
                said[text] = result.text
        by = self._translator.recipient
        return [translated_reply(reply, said, words, language, source, by) for reply in replies]

    # --- consent ---

    def _may(self, consent: Consent, language: str) -> bool:
        return bool(self._translator and consent.allowed and self._translator.supports(language))

    async def _asking(self, shown: Replies, consent: Consent, words: Words, sender: str, channel: str) -> Replies:
        """The replies and, once, the question whether a translator may be used; later only its button."""
        assert self._translator is not None
        allow = {"title": words.allow, "payload": ALLOW}
        if consent.asked:
            last = {**shown[-1], "buttons": [*shown[-1].get("buttons", []), allow]}
            return [*shown[:-1], last]
        if not await self._keep(sender, channel, None):
            return shown
        question = words.consent.format(recipient=self._translator.recipient)
        refuse = {"title": words.refuse, "payload": REFUSE}
        return [*shown, {**_line(sender, question, words), "buttons": [allow, refuse]}]

    async def _choose(
        self, choice: str, language: str | None, heard: Heard, handle: Handle, message: IncomingMessage, channel: str
    ) -> Replies:
        """Keeps a person's yes or no; after a yes their last message is answered again, understood now."""
        words = handwritten.words_or_english(language)
        if choice != ALLOW:
            await self._keep(message.sender, channel, False)
            return [_line(message.sender, words.refused, words)]
        if self._translator is None or not await self._keep(message.sender, channel, True):
            return [_line(message.sender, words.languages, words)]
        thanks = _line(message.sender, words.allowed, words)
        if language is None or heard.waiting is None:
            return [thanks]
        again = replace(message, text=heard.waiting, again=True)
        return [thanks, *await self._understand(language, None, handle, again, channel)]

    async def _is_asked(self, message: IncomingMessage, channel: str) -> bool:
        """Whether the question about this translator was asked and not answered yet."""
        consent = await self._consent(message.sender, channel)
        return consent.asked and consent.allowed is None

    async def _consent(self, sender: str, channel: str) -> Consent:
        if self._translator is None or self._database is None:
            return Consent()
        return await asyncio.to_thread(self._read, sender, channel)

    def _read(self, sender: str, channel: str) -> Consent:
        assert self._database is not None and self._translator is not None
        try:
            with self._database.reading() as connection:
                profile = profiles.find(connection, channel, sender)
        except DatabaseUnavailable as error:
            logger.warning("Who allowed translation can't be looked up: %s", error)
            return Consent()
        if profile is None or profile.translation_by != self._translator.recipient:
            return Consent()  # a yes to one translator is no yes to another
        return Consent(profile.translation_allowed, True, profile.id)

    async def _keep(self, sender: str, channel: str, allowed: bool | None) -> bool:
        """Keeps an answer, or that the question was asked; returns whether that is on disk."""
        if self._database is None or self._translator is None:
            return False
        return await asyncio.to_thread(self._write, sender, channel, allowed)

    def _write(self, sender: str, channel: str, allowed: bool | None) -> bool:
        assert self._database is not None and self._translator is not None
        by = self._translator.recipient
        try:
            with self._database.writing() as connection:
                person = profiles.ensure(connection, channel, sender, self._now()).id
                profiles.change(connection, person, translation_allowed=allowed, translation_by=by)
        except DatabaseUnavailable as error:
            logger.warning("An answer about translation can't be kept: %s", error)
            return False
        return True


def _choice(text: str) -> str | None:
    """The choice about translation that a tap, or words in one of the bot's languages, make; None for other words."""
    plain = buttons.fold(text)
    tapped = next((choice for choice in (ALLOW, REFUSE, STOP) if buttons.fold(choice) == plain), None)
    typed = handwritten.words_or_english(None).meaning(text)
    return tapped or (STOP if typed == STOP else None)


async def _other_language(text: str, agent: Agent | None) -> str | None:
    """The language of a message where it isn't one of the bot's own (ISO 639-1), else None.

    Words and script are looked at first, in a fraction of a millisecond; the model only confirms.
    """
    if buttons.meaning_of(text):
        return None
    found = language_of(text, read(text), {})
    if found is None or found in HOME:
        return None
    if agent is not None:
        try:
            found = (await agent.parse_message(text)).get("language") or found
        except Exception:
            logger.exception("The language of a message was told without the model.")
    return None if found in HOME else found


async def _heard(agent: Agent | None, sender: str) -> Heard:
    """What the stored conversation of a sender tells."""
    tracker = await agent.tracker_store.retrieve(sender) if agent is not None else None
    if tracker is None:
        return Heard()
    last = next((event for event in reversed(tracker.events) if isinstance(event, UserUttered)), None)
    original = ((last.metadata or {}).get("original") if last else None) or {}
    return Heard(other_language_of(tracker), original.get("text"), tracker.get_slot("awaiting"))


def _line(sender: str, text: str, words: Words) -> dict[str, Any]:
    return {"recipient_id": sender, "text": text, "lang": words.code}


@lru_cache(maxsize=1)
def interpreter() -> Interpreter:
    """The interpreter of this process, as the environment says. Wrong settings switch the translator off."""
    try:
        settings = from_environment(os.environ)
        database = Database(os.environ.get(DATABASE, DEFAULT_URL)) if settings else None
    except (TranslatorMisconfigured, DatabaseUnavailable) as error:
        logger.error("No translator is used: %s", error)
        settings = database = None
    translator = Translator(provider_of(settings), settings.seconds, database) if settings else None
    return Interpreter(translator, database)


async def answer_in_any_language(
    handle: Handle, message: IncomingMessage, channel: str, agent: Agent | None
) -> Replies:
    """What a connector calls: `Interpreter.answer` of this process."""
    return await interpreter().answer(handle, message, channel, agent)
