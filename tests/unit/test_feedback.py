"""What people say of services is kept, counted once for each person within limits, and outlives them without them."""

from datetime import datetime, timedelta, timezone

import pytest

from people import erasing, exporting, feedback, profiles
from people.feedback import ATTENDED, CONTACTED, FIRST_CONTACT, FIRST_SESSION, THREE_WEEKS, Feedback, InvalidFeedback
from people.profiles import WEB_CHAT

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)  # Monday, 16:00 in Finland
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
HELSINKI = "Europe/Helsinki"


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        yield connection


def someone(connection, address="a"):
    return profiles.ensure(connection, WEB_CHAT, address, NOW).id


def many(connection, answers, service="chatti", now=NOW):
    for number, helped in enumerate(answers):
        feedback.give(connection, f"p{number}", service, now, helped=helped)


# --- one answer -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ({"helped": "yes"}, 1),
        ({"helped": "partly"}, 0.5),
        ({"helped": "no"}, 0),
        ({"helped": "not_contacted"}, None),
        ({}, None),
        ({"easy": "yes", "fast": "no"}, 0.5),
        ({"helped": "yes", "easy": "no", "fast": "no", "smooth": "no", "pleasant": "no"}, 0.5),
        ({"helped": "yes", "fast": "no"}, 0.8),
        ({"helped": "no", "pleasant": "yes"}, 0.2),
    ],
)
def test_an_answer_is_worth_what_was_said_in_it(said, value):
    assert Feedback("f", "p", "chatti", None, NOW, **said).value == (None if value is None else pytest.approx(value))


def test_what_is_tapped_one_after_the_other_is_one_answer(connection):
    feedback.give(connection, "p", "chatti", NOW, helped="yes", text="ihan ok")
    feedback.give(connection, "p", "chatti", NOW, ratings={"easy": "yes"})
    said = feedback.give(connection, "p", "chatti", NOW, ratings={"fast": "no"}, reasons=["queue"], text="pitkä jono")
    assert (said.helped, said.easy, said.fast, said.smooth) == ("yes", "yes", "no", None)
    assert (said.text, said.reasons, said.unrated) == ("ihan ok\npitkä jono", ("queue",), ("smooth", "pleasant"))
    assert feedback.of_person(connection, "p") == [said]


def test_what_is_said_days_later_or_of_another_service_is_an_answer_of_its_own(connection):
    feedback.give(connection, "p", "chatti", NOW, helped="no")
    feedback.give(connection, "p", "talo", NOW, helped="yes")
    feedback.give(connection, "p", "chatti", NOW + 2 * DAY, helped="partly")
    said = {(one.service, one.helped, one.counts) for one in feedback.of_person(connection, "p")}
    assert said == {("chatti", "partly", True), ("chatti", "no", False), ("talo", "yes", True)}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"helped": "maybe"}, "helped: 'maybe'; it is one of yes"),
        ({"ratings": {"cheap": "yes"}}, "ratings: 'cheap'; it is one of easy"),
        ({"ratings": {"easy": "5"}}, "easy: '5'; it is one of yes"),
    ],
)
def test_an_answer_that_there_is_not_is_refused(connection, said, told):
    with pytest.raises(InvalidFeedback, match=told):
        feedback.give(connection, "p", "chatti", NOW, **said)


def test_a_long_text_is_cut(connection):
    assert len(feedback.give(connection, "p", "chatti", NOW, text="a" * 9_000).text) == feedback.MOST_TEXT


# --- the standing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "standing"),
    [
        ([], 0),
        ([1] * 4, 0),  # too few to say anything
        ([1] * 5, 0.05 * 5 / 15),
        ([0] * 5, -0.05 * 5 / 15),
        ([1, 0] * 50, 0),
        ([0.5] * 100, 0),
        ([1] * 90, 0.045),
        ([0] * 90, -0.045),
        ([0.8] * 10, 0.05 * 0.3),
    ],
)
def test_the_standing_is_the_smoothed_mean_within_its_limits(values, standing):
    assert feedback.standing(values) == pytest.approx(standing)
    assert abs(feedback.standing(values)) < feedback.STANDING_LIMIT


def test_five_answers_move_a_service_and_four_do_not(connection):
    many(connection, ["yes"] * 4)
    assert feedback.standings(connection) == {}
    many(connection, ["yes"] * 5)
    assert feedback.standings(connection) == {"chatti": pytest.approx(0.05 / 3)}


def test_one_person_counts_once_however_often_they_say_it(connection):
    for day in range(20):
        feedback.give(connection, "p", "chatti", NOW + 2 * day * DAY, helped="no")
    assert feedback.standings(connection) == {}
    many(connection, ["no"] * 4)
    assert feedback.standings(connection) == {"chatti": pytest.approx(-0.05 / 3)}


def test_who_did_not_get_in_touch_says_nothing_of_the_service(connection):
    many(connection, ["yes"] * 5)
    before = feedback.standings(connection)
    feedback.give(connection, "p0", "chatti", NOW + 9 * DAY, helped="not_contacted")
    assert feedback.standings(connection) == before


def test_what_is_too_old_counts_no_more(connection):
    many(connection, ["yes"] * 5)
    later = NOW + feedback.COUNTS_FOR
    assert feedback.count_all_again(connection, later - DAY) == 1 and feedback.standings(connection)
    feedback.count_all_again(connection, later)
    assert feedback.standings(connection) == {}


def test_what_did_not_help_a_person_is_known_until_it_does(connection):
    feedback.give(connection, "p", "chatti", NOW, helped="no")
    feedback.give(connection, "p", "talo", NOW, helped="partly")
    assert feedback.did_not_help(connection, "p") == {"chatti"}
    assert feedback.did_not_help(connection, "q") == set()
    feedback.give(connection, "p", "chatti", NOW + 3 * DAY, helped="not_contacted")
    assert feedback.did_not_help(connection, "p") == {"chatti"}
    feedback.give(connection, "p", "chatti", NOW + 9 * DAY, helped="yes")
    assert feedback.did_not_help(connection, "p") == set()


# --- steps ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "told"),
    [
        ([(CONTACTED, 0)], [FIRST_CONTACT]),
        ([(ATTENDED, 0)], [FIRST_SESSION]),
        ([(CONTACTED, 0), (CONTACTED, 1)], [FIRST_CONTACT, None]),
        ([(CONTACTED, 0), (ATTENDED, 0)], [FIRST_CONTACT, FIRST_SESSION]),
        ([(ATTENDED, 0), (ATTENDED, 7), (ATTENDED, 14), (ATTENDED, 21)], [FIRST_SESSION, None, THREE_WEEKS, None]),
        ([(ATTENDED, 0), (ATTENDED, 7), (ATTENDED, 21), (ATTENDED, 28)], [FIRST_SESSION, None, None, None]),
        (
            [(ATTENDED, 0), (CONTACTED, 7), (ATTENDED, 14), (CONTACTED, 15)],
            [FIRST_SESSION, FIRST_CONTACT, THREE_WEEKS, None],
        ),
        # Sunday and Monday are two weeks, also at the turn of a year: 2026-W53 ends on 3 January.
        ([(ATTENDED, 34), (ATTENDED, 41), (ATTENDED, 42)], [FIRST_SESSION, None, THREE_WEEKS]),
    ],
)
def test_a_step_is_told_of_once(connection, taken, told):
    assert [feedback.step(connection, "p", kind, NOW + days * DAY, HELSINKI) for kind, days in taken] == told


def test_the_week_is_that_of_the_persons_zone(connection):
    late = datetime(2026, 11, 22, 22, 30, tzinfo=timezone.utc)  # Monday 0:30 in Finland, Sunday in Portugal
    for person, zone in (("f", HELSINKI), ("p", "Europe/Lisbon")):
        feedback.step(connection, person, CONTACTED, late, zone)
    weeks = {person: feedback.export_person(connection, person)["steps"][0]["week"] for person in "fp"}
    assert weeks == {"f": "2026-W48", "p": "2026-W47"}


# --- given and erased -------------------------------------------------------------------------------------------


def test_a_person_gets_what_they_said(connection):
    person = someone(connection)
    feedback.give(
        connection, person, "chatti", NOW, helped="no", ratings={"easy": "no"}, reasons=["queue"], text="jono"
    )
    feedback.step(connection, person, CONTACTED, NOW, HELSINKI)
    exported = exporting.export(connection, person)["feedback"]
    (said,) = exported["services"]
    assert (said["service"], said["helped"], said["easy"], said["reasons"], said["text"]) == (
        *("chatti", "no", "no"),
        ["queue"],
        "jono",
    )
    assert exported["steps"] == [{"kind": "contacted", "week": "2026-W48"}]


def test_the_answers_of_who_is_forgotten_stay_without_the_person_and_their_words(connection):
    person = someone(connection)
    many(connection, ["yes"] * 4)
    said = feedback.give(connection, person, "chatti", NOW, helped="yes", session="ryhma", text="oon Eetu")
    feedback.step(connection, person, CONTACTED, NOW, HELSINKI)
    before = feedback.standings(connection)
    erasing.forget(connection, person, NOW)
    rows = connection.execute(feedback.feedback.select().where(feedback.feedback.c.person.is_(None))).all()
    assert [(row.helped, row.text, row.session, row.counts) for row in rows] == [("yes", None, None, True)]
    assert rows[0].at == datetime(2026, 11, 1, tzinfo=timezone.utc) and rows[0].id != said.id
    assert connection.execute(feedback.steps.select()).all() == []
    feedback.count_all_again(connection, NOW)
    assert feedback.standings(connection) == before
