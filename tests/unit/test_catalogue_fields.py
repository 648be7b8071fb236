"""Each field reads its own text: what it accepts, what it makes of it, and what it says of the rest."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from service_catalog import fields

HELSINKI = ZoneInfo("Europe/Helsinki")

READ = [
    (fields.clock_time, "9", 9 * 60),
    (fields.clock_time, "9:00", 9 * 60),
    (fields.clock_time, "09.30", 9 * 60 + 30),
    (fields.clock_time, "0:00", 0),
    (fields.clock_time, "24:00", 24 * 60),
    (fields.day, "2026-05-12", date(2026, 5, 12)),
    (fields.day, "12.5.2026", date(2026, 5, 12)),
    (fields.local_moment, "2026-11-24 18:00", datetime(2026, 11, 24, 18, tzinfo=HELSINKI)),
    (fields.local_moment, "24.11.2026 18.30", datetime(2026, 11, 24, 18, 30, tzinfo=HELSINKI)),
    (fields.local_moment, "2026-11-24T18:00:00", datetime(2026, 11, 24, 18, tzinfo=HELSINKI)),
    (fields.yes_no, "kyllä", True),
    (fields.yes_no, "yes", True),
    (fields.yes_no, "No", False),
    (fields.yes_no, "ei", False),
    (fields.yes_no_not_known, "not known", None),
    (fields.yes_no_not_known, "ei tiedossa", None),
    (fields.yes_no_not_known, "no", False),
    (fields.phone_number, "112", "112"),
    (fields.phone_number, "116111", "116111"),
    (fields.phone_number, "09 2525 0111", "09 2525 0111"),
    (fields.phone_number, "0401234567", "0401234567"),
    (fields.phone_number, "+358 9-2525 0111", "+358 9 2525 0111"),
    (fields.postal_code, "00500", "00500"),
    (fields.web_address, "https://sekasin.fi", "https://sekasin.fi"),
    (fields.web_address, "https://www.hyvis.fi/nuoret?x=1#alku", "https://www.hyvis.fi/nuoret?x=1#alku"),
    (fields.latitude, "60,1699", 60.1699),
    (fields.longitude, "24.9384", 24.9384),
    (fields.recurrence_rule, "FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU"),
    (fields.recurrence_rule, "rrule:freq=monthly;byday=1mo", "FREQ=MONTHLY;BYDAY=1MO"),
    (fields.recurrence_rule, "FREQ=WEEKLY;UNTIL=20261231", "FREQ=WEEKLY;UNTIL=20261231"),
    (fields.recurrence_rule, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
    (fields.service_area, "country", "country"),
    (fields.service_area, "Tampere", ("Tampere",)),
    (fields.service_area, ["Tampere", "Nokia"], ("Tampere", "Nokia")),
    (
        fields.two_sentences,
        "Auki klo 9.30, esim. arkisin. Tule käymään!",
        "Auki klo 9.30, esim. arkisin. Tule käymään!",
    ),
    (fields.text, "  rivi\n  toinen ", "rivi toinen"),
    (fields.word, "Ulosotto", "ulosotto"),
]


@pytest.mark.parametrize(("read", "written", "value"), READ)
def test_text_becomes_the_value_of_its_field(read, written, value):
    assert read(written) == value


REFUSED = [
    (fields.clock_time, "25:00", "9:00"),
    (fields.clock_time, "9:60", "9:00"),
    (fields.clock_time, "24:01", "24:00"),
    (fields.clock_time, "aamulla", "9:00"),
    (fields.day, "2026-02-30", "ei ole kalenterissa"),
    (fields.day, "eilen", "2026-11-24"),
    (fields.local_moment, "2026-11-24", "2026-11-24 18:00"),
    (fields.local_moment, "2026-03-29 03:30", "kesäaikaan"),
    (fields.yes_no, "ehkä", "yes"),
    (fields.yes_no_not_known, "ehkä", "not known"),
    (fields.phone_number, "soita keskukseen", "116 111"),
    (fields.phone_number, "12", "116 111"),
    (fields.phone_number, "09 2525 0111 (ma)", "pelkkä numero"),
    (fields.postal_code, "500", "viisi numeroa"),
    (fields.web_address, "http://sekasin.fi", "https://"),
    (fields.web_address, "javascript:alert(1)", "https://"),
    (fields.web_address, "https://user:pass@sekasin.fi", "https://"),
    (fields.web_address, "https://sekasin", "https://"),
    (fields.web_address, "sekasin.fi", "https://"),
    (fields.latitude, "24.9", "vaihtuneet"),
    (fields.latitude, "nan", "ei ole Suomessa"),
    (fields.longitude, "0", "24.9384"),
    (fields.recurrence_rule, "joka tiistai", "FREQ"),
    (fields.recurrence_rule, "FREQ=HOURLY", "DAILY"),
    (fields.recurrence_rule, "FREQ=WEEKLY;BYDAY=TI", "BYDAY=TU"),
    (fields.recurrence_rule, "FREQ=WEEKLY;INTERVAL=0", "INTERVAL"),
    (fields.recurrence_rule, "FREQ=WEEKLY;UNTIL=20261231T000000Z", "ilman Z"),
    (fields.recurrence_rule, "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "ei osu"),
    (fields.recurrence_rule, "FREQ=DAILY;BYHOUR=9", "starts"),
    (fields.recurrence_rule, "FREQ=DAILY;COUNT=3;UNTIL=20261231", "jätä toinen pois"),
    (fields.slug, "Sekasin chat", "sekasin-chat"),
    (fields.weekday, "ma", "MO"),
    (fields.language, "suomi", "fi"),
    (fields.age, "kaksitoista", "18"),
    (fields.text, " ", "puuttuu"),
    (fields.text, "a\x07b", "ohjausmerkki"),
    (fields.text, ["a"], "yksi arvo"),
    (fields.two_sentences, "Yksi. Kaksi. Kolme.", "kaksi"),
    (fields.two_sentences, "pitkä " * 60, "300"),
    (fields.service_area, ["country", "Tampere"], "ei molempia"),
    (fields.service_area, [], "tyhjä"),
]


@pytest.mark.parametrize(("read", "written", "remedy"), REFUSED)
def test_what_does_not_fit_is_refused_with_what_would_be_right(read, written, remedy):
    with pytest.raises(ValueError, match=r".") as refused:
        read(written)
    assert remedy in str(refused.value)


def test_a_clock_time_reads_as_people_write_it():
    assert [str(fields.ClockTime(minutes)) for minutes in (0, 570, 1440)] == ["0:00", "9:30", "24:00"]


def test_a_near_word_is_suggested_and_a_far_one_is_not():
    assert fields.did_you_mean("Tamppere", ["Tampere", "Turku"]) == ' Tarkoititko "Tampere"?'
    assert fields.did_you_mean("xyz", ["Tampere", "Turku"]) == ""
