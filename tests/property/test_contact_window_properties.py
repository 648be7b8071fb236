"""Whatever is written, the windows are sane."""

from hypothesis import given
from hypothesis import strategies as st

from reminders.contact_windows import windows_from_text
from reminders.contact_words import WEEK

VOCABULARY = """
ma tiistaisin arkisin viikonloppuna ei eikä paitsi mutta ja tai illalla aamulla yöllä kuuden kasin jälkeen ennen
asti välillä klo 18 7 16-20 22-02 puol laita viestiä sopii milloin vaan aina , . - älä muuten koska joka päivä
"""
WORDS = st.sampled_from(VOCABULARY.split())


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=200))
def test_windows_are_whole_ordered_and_apart(text: str) -> None:
    windows = windows_from_text(text, asked=True)
    taken = set()
    for window in windows or []:
        assert 0 <= window.start < window.end <= 24 * 60
        assert list(window.days) == [day for day in WEEK if day in window.days]
        for day in window.days:
            minutes = {(day, minute) for minute in range(window.start, window.end)}
            assert not minutes & taken
            taken |= minutes
