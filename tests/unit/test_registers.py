"""Which Finnish a message is in, by how much of it the normaliser changed."""

from __future__ import annotations

import pytest

from bot.nlu.reading import read
from bot.nlu.registers import register_of


@pytest.mark.parametrize(
    ("text", "register"),
    [
        ("mua ahistaa nii paljo et en oo käyny koulus kuukauteen", "relaxed"),
        ("mul ei oo rahaa", "relaxed"),
        ("Mä en tiiä mitä tehä.", "relaxed"),
        ("oon asunu tääl vuoden ja nyt tuli häätö", "relaxed"),
        ("Minulla on velkoja, joista en selviä yksin.", "formal"),
        ("Hei. Olen etsinyt asuntoa kaksi kuukautta, mutta en ole löytänyt.", "formal"),
        ("Onko Tampereella maksutonta velkaneuvontaa?", None),  # too little to tell
        ("minulla on velkoja joista en selviä yksin", None),  # written words, but no letter
        ("Minulla on velkoja, mutta en tiedä mitä tehdä :D", None),
        ("moi", None),
        ("joo", None),
        ("Tampere", None),
        ("", None),
        ("😀😀😀", None),
        ("I have debts and nowhere to go.", None),
    ],
)
def test_a_message_shows_its_register_or_not(text: str, register: str | None) -> None:
    assert register_of(text, read(text)) == register
