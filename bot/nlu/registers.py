"""Which Finnish a message is in: relaxed (puhekieli) or formal (written), as far as it shows.

The normaliser knows: what it had to change into standard Finnish is spoken Finnish. The bot answers in kind
(docs/tones.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.nlu.reading import Reading

RELAXED, FORMAL = "relaxed", "formal"
SPOKEN = 0.18
"""Share of a message's words from which, changed into standard Finnish, it is relaxed: one of five or more."""
FEWEST_SPOKEN, FEWEST_WRITTEN = 2, 5
"""Words of the shortest message that shows that it is relaxed, or formal."""
KNOWN = 0.8
"""Share of the words of a formal message that Voikko knows as they are written; the others are names."""

_SENTENCES = re.compile(r"\s*[A-ZÅÄÖ].*[.!?…][\"”')]*\s*", re.DOTALL)
_LOOSE = re.compile(
    r"[\U0001F300-\U0001FAFF]|(?:^|\s)(?:[:;]-?[)(DPp3/]|xd+|lol|hah\w*|heh\w*|joo+|jep|jees|moro|moi\w*|tsau|okei|ok)\b|\.\.\.|!!|\?\?",
    re.IGNORECASE,
)


def register_of(text: str, readings: Sequence[Reading]) -> str | None:
    """`relaxed` where enough of a message's words are spoken Finnish, `formal` where it is written as a letter is:
    whole sentences with a capital and a full stop, no spoken word. None where neither shows. Never raises."""
    words = [reading for reading in readings if reading.text[0].isalpha() and not reading.place]
    if not words:
        return None
    spoken = sum(reading.normalised is not None for reading in words)
    if len(words) >= FEWEST_SPOKEN and spoken / len(words) >= SPOKEN:
        return RELAXED
    known = sum(reading.known for reading in words) / len(words)
    is_letter = _SENTENCES.fullmatch(text) is not None and _LOOSE.search(text) is None
    return FORMAL if not spoken and len(words) >= FEWEST_WRITTEN and known >= KNOWN and is_letter else None
