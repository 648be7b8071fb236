"""Which picture fits a moment: by lot, and none that was shown a short while ago."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from pictures import dog_ceo
from pictures.pack import LANGUAGES, pack

PREFIX = "/pictures/"
"""How the path of every picture begins at our own web server."""
IN_BRACKETS = {"fi": "Kuva", "sv": "Bild", "en": "Picture"}
MEME = {
    "fi": "Meemi. {drawing} Teksti: {words}",
    "sv": "Mem. {drawing} Text: {words}",
    "en": "Meme. {drawing} Text: {words}",
}


@dataclass(frozen=True)
class Picture:
    """A picture to show: its path at our own web server, what it shows for who can't see it, and words below it."""

    path: str
    alt: str
    language: str
    caption: str = ""

    @property
    def payload(self) -> dict[str, Any]:
        """The `custom` of its message (docs/web.md)."""
        return {"type": "picture", "url": self.path, "alt": self.alt, "lang": self.language}

    @property
    def as_text(self) -> str:
        """The picture where only text can be shown."""
        return f"[{IN_BRACKETS[self.language]}: {self.alt}]"


def picture_for(
    tone: str,
    moments: Sequence[str],
    language: str,
    random: Random,
    *,
    muted: bool = False,
    recent: Sequence[str] = (),
    environment: Mapping[str, str] = os.environ,
) -> Picture | None:
    """A picture in a tone (`memes`, `dogs`) for the first of the moments that has one; None for another tone or moment.

    None of the `recent` paths comes again, where there is another; never the last of them. Words are in `language`, in
    Finnish where that is none of ours. `muted` gives None.
    """
    kinds = {"memes": _memes, "dogs": _dogs}
    if muted or tone not in kinds:
        return None
    language = language if language in LANGUAGES else LANGUAGES[0]
    if tone == "dogs" and dog_ceo.is_on(environment) and random.random() < dog_ceo.SHARE:
        path, alt = dog_ceo.path_and_alt(random, language)
        return Picture(PREFIX + path, alt, language)
    for moment in moments:
        fitting = kinds[tone](moment, language)
        fresh = [one for one in fitting if one.path not in recent]
        fresh = fresh or [one for one in fitting if one.path not in recent[-1:]]
        if fresh:
            return random.choice(fresh)
    return None


def _dogs(moment: str, language: str) -> list[Picture]:
    fitting = (dog for dog in pack().dogs.values() if moment in dog.moments)
    return [Picture(f"{PREFIX}dogs/{dog.id}.png", dog.alt[language], language) for dog in fitting]


def _memes(moment: str, language: str) -> list[Picture]:
    fitting = (meme for meme in pack().memes.values() if moment in meme.moments)
    return [
        Picture(
            f"{PREFIX}memes/{meme.id}-{language}.png",
            MEME[language].format(drawing=meme.template.alt[language], words=" / ".join(meme.captions[language])),
            language,
        )
        for meme in fitting
    ]
