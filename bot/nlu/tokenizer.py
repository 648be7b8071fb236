"""Rasa tokenizer: Voikko's lemmas on every token, so that any component after it can use them."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import normaliser, slang, word_counts
from bot.nlu.fingerprints import fingerprint, source
from bot.nlu.reading import Reading, read

TEXT_TOKENS = "text_tokens"
READING_SOURCES = (
    "service_catalog.lemmas",
    "service_catalog.place_mentions",
    "bot.nlu.normaliser",
    "bot.nlu.proposals",
    "bot.nlu.slang",
    "bot.nlu.word_counts",
    "bot.nlu.reading",
)
READING_DATA = (slang.SLANG, slang.INFLECTION, word_counts.COUNTS, word_counts.OTHER_LANGUAGES)


def reading_fingerprint() -> str:
    """Changes when the way a message is read into words changes."""
    return fingerprint(normaliser.DATA, *READING_DATA, *source(*READING_SOURCES))


def readings_of(message: Message) -> list[Reading]:
    """What VoikkoTokenizer read; reads the text itself where no tokenizer has run."""
    tokens = message.get(TEXT_TOKENS)
    if tokens is None:
        return read(message.get(TEXT) or "")
    return [Reading(token.text, token.start, token.end, **token.data) for token in tokens]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VoikkoTokenizer(Tokenizer):
    """Tokens with `lemma` (of the standard form where the word was spoken Finnish) and `data`: `lemmas`, `parts`,
    `normalised`, `rule`, `known`, `place` as in bot.nlu.reading.Reading. Any text gives tokens, however long."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Settings that Rasa's Tokenizer wants to be there."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Python packages that must be installed."""
        return ["libvoikko"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Tells Rasa's training cache when tables or helper code change."""
        return reading_fingerprint()

    def __init__(self, config: dict[str, Any]) -> None:
        """Reads the tables, which takes half a second, now rather than at the first message."""
        super().__init__(config)
        read("mua ahistaa")

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The words of the text with their readings."""
        return [_token(reading) for reading in read(message.get(attribute))]


def _token(reading: Reading) -> Token:
    data = {name: getattr(reading, name) for name in ("lemmas", "parts", "normalised", "rule", "known", "place")}
    return Token(reading.text, reading.start, reading.end, data=data, lemma=reading.lemmas[0])
