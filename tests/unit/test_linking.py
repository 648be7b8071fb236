"""One person at several addresses: by a code that was made at one and told at another, and back again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from people import conversations, erasing, exporting, feedback, linking, merging, profiles, retention
from people.database import Instant, metadata
from people.profiles import WEB_CHAT, Profile
from reminders import attendance, check_ins, outbox, pushes, store
from reminders.delivery import Delivery, to_conversation
from reminders.planning import Planned

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)  # Monday, 16:00 in Finland
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TELEGRAM = ("telegram", "telegram:55")
DISCORD = ("discord", "discord:77")


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        yield connection


@pytest.fixture
def web(connection):
    """The address of a conversation of the web chat."""
    _, begun = conversations.begin(connection, NOW, {})
    return (WEB_CHAT, begun.id)


def person_at(connection, address):
    found = profiles.find(connection, *address)
    return found and found.id


def known(connection, address, **fields):
    """Makes a profile and returns its person's id."""
    person = profiles.ensure(connection, *address, NOW).id
    profiles.change(connection, person, **fields)
    return person


def linked(connection, web, other=TELEGRAM, now=NOW):
    """Links by a code made in the web chat; returns the person."""
    done = linking.link(connection, linking.new_code(connection, *web, now), *other, now)
    assert done.reason is None
    return done.person


def told(connection, address):
    return [event.body["text"] for event in outbox.events(connection, address[1])]


# --- codes ------------------------------------------------------------------------------------------------------


def test_a_code_is_short_can_be_read_aloud_and_is_never_kept(connection, web):
    code = linking.new_code(connection, *web, NOW)
    assert len(code) == 9 and code[4] == "-"
    assert set(code) - {"-"} <= set(linking.ALPHABET) and not set("AEIOUY01L") & set(code)
    (row,) = connection.execute(linking.link_codes.select())
    assert code.replace("-", "") not in str(tuple(row)) and row.expires_at == NOW + 10 * MINUTE


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("BCDF-GHJK", "BCDFGHJK"),
        (" bcdf ghjk ", "BCDFGHJK"),
        ("bcdf–ghjk.", "BCDFGHJK"),
        ("link-BCDFGHJK", "BCDFGHJK"),
        ("link-bcdf-ghjk", "BCDFGHJK"),
        ("BCDF-GHJ", None),
        ("ABCD-EFGH", None),
        ("moi", None),
        ("", None),
        ("link-", None),
        ("x" * 10_000, None),
    ],
)
def test_a_code_is_read_however_it_is_written(written, read):
    assert linking.read(written) == read


def test_a_deep_link_carries_it_in_what_telegram_allows(connection, web):
    payload = linking.payload(linking.new_code(connection, *web, NOW))
    assert linking.read(payload) and len(payload) <= 64 and payload.replace("-", "").isalnum()


def test_who_makes_a_code_has_a_profile_then_and_is_linked_by_it(connection, web):
    person = linked(connection, web)
    assert person == person_at(connection, web) == person_at(connection, TELEGRAM)
    names = [(each.name, each.linked_at) for each in linking.channels_of(connection, person)]
    assert names == [(WEB_CHAT, None), ("telegram", NOW)]


def test_a_code_works_once(connection, web):
    code = linking.new_code(connection, *web, NOW)
    assert linking.link(connection, code, *TELEGRAM, NOW).person
    assert linking.link(connection, code, *DISCORD, NOW).reason == linking.UNKNOWN
    assert person_at(connection, DISCORD) is None


@pytest.mark.parametrize(
    ("after", "reason"), [(9 * MINUTE, None), (10 * MINUTE, linking.EXPIRED), (DAY, linking.EXPIRED)]
)
def test_a_code_works_for_ten_minutes(connection, web, after, reason):
    code = linking.new_code(connection, *web, NOW)
    assert linking.link(connection, code, *TELEGRAM, NOW + after).reason == reason


def test_a_new_code_replaces_the_one_before(connection, web):
    first, second = (linking.new_code(connection, *web, NOW) for _ in range(2))
    assert linking.link(connection, first, *TELEGRAM, NOW).reason == linking.UNKNOWN
    assert linking.link(connection, second, *TELEGRAM, NOW).person


def test_a_code_told_where_it_was_made_links_nothing_and_works_elsewhere_still(connection, web):
    code = linking.new_code(connection, *web, NOW)
    assert linking.link(connection, code, *web, NOW).reason == linking.SAME_PLACE
    assert linking.link(connection, code, *TELEGRAM, NOW).person


def test_who_is_linked_already_is_told_so(connection, web):
    linked(connection, web)
    code = linking.new_code(connection, *web, NOW)
    assert linking.link(connection, code, *TELEGRAM, NOW).reason == linking.ALREADY


def test_after_five_wrong_tries_no_code_is_looked_at_for_ten_minutes(connection, web):
    code = linking.new_code(connection, *web, NOW)
    for _ in range(5):
        assert linking.link(connection, "BBBB-BBBB", *TELEGRAM, NOW).reason == linking.UNKNOWN
    assert linking.link(connection, code, *TELEGRAM, NOW + MINUTE).reason == linking.TOO_MANY
    assert linking.ask(connection, code, *TELEGRAM, NOW + MINUTE).reason == linking.TOO_MANY
    assert linking.link(connection, code, *DISCORD, NOW + MINUTE).person  # others are not kept from it
    code = linking.new_code(connection, *web, NOW + 10 * MINUTE)
    assert linking.link(connection, code, *TELEGRAM, NOW + 10 * MINUTE).person


def test_codes_and_tries_are_forgotten_with_their_time(connection, web):
    linking.new_code(connection, *web, NOW)
    linking.link(connection, "BBBB-BBBB", *TELEGRAM, NOW)
    assert retention.purge(connection, NOW + 9 * MINUTE)["link_codes"] == 0
    assert retention.purge(connection, NOW + 10 * MINUTE)["link_codes"] == 2


# --- asked first ------------------------------------------------------------------------------------------------


def test_a_code_that_came_in_a_link_links_only_after_a_yes(connection, web):
    code = linking.new_code(connection, *web, NOW)
    asked = linking.ask(connection, code, *TELEGRAM, NOW)
    assert (asked.channel, asked.reason) == (WEB_CHAT, None) and person_at(connection, TELEGRAM) is None
    assert linking.link(connection, code, *DISCORD, NOW).reason == linking.UNKNOWN  # used already
    assert linking.accept(connection, *DISCORD, NOW).reason == linking.UNKNOWN  # somebody else's yes
    assert linking.accept(connection, *TELEGRAM, NOW + 9 * MINUTE).person == person_at(connection, web)
    assert linking.accept(connection, *TELEGRAM, NOW + 9 * MINUTE).reason == linking.UNKNOWN


def test_a_yes_that_comes_too_late_links_nothing(connection, web):
    linking.ask(connection, linking.new_code(connection, *web, NOW), *TELEGRAM, NOW)
    assert linking.accept(connection, *TELEGRAM, NOW + 10 * MINUTE).reason == linking.EXPIRED
    assert person_at(connection, TELEGRAM) is None


# --- told in both places ----------------------------------------------------------------------------------------


def test_where_the_code_was_made_it_is_told_with_how_to_undo_it(connection, web):
    linked(connection, web)
    (text,) = told(connection, web)
    assert text.startswith("Telegram on nyt yhdistetty.") and "Asetukset, Muut kanavat" in text
    code = linking.new_code(connection, *TELEGRAM, NOW)
    linking.link(connection, code, *DISCORD, NOW)
    (event,) = outbox.events(connection, TELEGRAM[1])
    assert event.body["buttons"] == [{"title": "Erota: Discord", "action": "unlink:discord"}]


@pytest.mark.parametrize(("language", "begins"), [("sv", "Telegram är nu"), ("en", "Telegram is now")])
def test_it_is_told_in_the_language_of_the_page_or_the_person(connection, language, begins):
    _, begun = conversations.begin(connection, NOW, {"language": language})
    linked(connection, (WEB_CHAT, begun.id))
    assert told(connection, (WEB_CHAT, begun.id))[0].startswith(begins)


# --- two that become one ----------------------------------------------------------------------------------------

SOME = {
    sa.Integer: 1,
    sa.Float: 1.5,
    sa.Boolean: True,
    sa.JSON: [],
    Instant: NOW,
    sa.String: "check_in",
}  # also the name of a kind of reminder


def some_row(table, person):
    row = {
        column.name: next(value for kind, value in SOME.items() if isinstance(column.type, kind))
        for column in table.columns
        if not (column.primary_key and column.autoincrement is True)
    }
    return {**row, "person": person}


def test_no_table_is_left_out(connection, web):
    """A row of the person in each table. Add `move_person` to `merging.OF_A_PERSON` when this fails."""
    maker, other = known(connection, web), known(connection, TELEGRAM)
    for table in metadata.sorted_tables:
        if "person" in table.c and table.name not in ("addresses", "link_codes"):
            connection.execute(table.insert().values(some_row(table, other)))
    linked(connection, web)
    for table in metadata.sorted_tables:
        if "person" in table.c:
            rows = connection.execute(sa.select(table.c.person)).scalars().all()
            assert set(rows) <= {maker}, table.name
            assert rows or table.name == "link_codes", table.name
    assert profiles.by_id(connection, other) is None


def test_all_addresses_of_the_other_come_along(connection, web):
    linked(connection, TELEGRAM, DISCORD)
    person = linked(connection, web)
    assert {each.name for each in linking.channels_of(connection, person)} == {WEB_CHAT, "telegram", "discord"}


UNTIL = NOW + DAY
EVENING, DAYTIME = ((("mon",), 17 * 60, 20 * 60),), ((("tue",), 9 * 60, 15 * 60),)


@pytest.mark.parametrize(
    ("field", "mine", "other", "both"),
    [
        ("reminders_allowed", True, True, True),
        ("reminders_allowed", True, False, False),
        ("reminders_allowed", False, True, False),
        ("paused_until", None, UNTIL, UNTIL),
        ("paused_until", NOW + 3 * DAY, UNTIL, NOW + 3 * DAY),
        ("windows", EVENING, DAYTIME, EVENING),
        ("windows", None, DAYTIME, DAYTIME),
        ("windows", (), DAYTIME, ()),
        ("topics_off", ("news",), ("check_in",), ("news", "check_in")),
        ("most_per_day", 3, 1, 1),
        ("lock_screen", "full", "neutral", "neutral"),
        ("lock_screen", "full", "full", "full"),
        ("encouragement", True, False, False),
        ("tone", "dogs", "memes", "dogs"),
        ("tone", None, "memes", "memes"),
        ("municipality", None, "Turku", "Turku"),
        ("municipality", "Oulu", "Turku", "Oulu"),
        ("age", 17, 18, 17),
        ("interests", ("debt",), ("housing", "debt"), ("debt", "housing")),
    ],
)
def test_what_is_allowed_is_never_made_wider_and_what_was_said_stays(field, mine, other, both):
    one, two = (Profile("", NOW, NOW, **{field: value}) for value in (mine, other))
    assert merging.merged(one, two)[field] == both


@pytest.mark.parametrize(
    ("mine", "other", "both"),
    [
        ((True, "a"), (True, "a"), (True, "a")),
        ((True, "a"), (True, "b"), (None, None)),
        ((True, "a"), (None, None), (None, None)),
        ((True, "a"), (False, "a"), (False, "a")),
        ((None, None), (None, None), (None, None)),
    ],
)
def test_a_yes_to_a_translator_counts_only_where_both_said_it(mine, other, both):
    one, two = (Profile("", NOW, NOW, translation_allowed=allowed, translation_by=by) for allowed, by in (mine, other))
    fields = merging.merged(one, two)
    assert (fields["translation_allowed"], fields["translation_by"]) == both


def test_the_language_that_was_chosen_wins_over_one_that_was_heard():
    heard, chosen = (Profile("", NOW, NOW, language=one, language_fixed=one == "sv") for one in ("en", "sv"))
    assert (merging.merged(heard, chosen)["language"], merging.merged(chosen, heard)["language"]) == ("sv", "sv")


@pytest.mark.parametrize("made_in_web", [True, False])
def test_who_said_yes_to_reminders_gets_them_still_when_the_other_place_was_never_asked(connection, web, made_in_web):
    known(connection, TELEGRAM, reminders_allowed=True)
    makes, tells = (web, TELEGRAM) if made_in_web else (TELEGRAM, web)
    assert profiles.by_id(connection, linked(connection, makes, tells)).reminders_allowed


def test_a_no_in_one_place_is_a_no_in_both(connection, web):
    known(connection, TELEGRAM, reminders_allowed=True)
    stopped = known(connection, web)
    remind(connection, stopped, "k")  # they once had one, and stopped them
    assert not profiles.by_id(connection, linked(connection, web)).reminders_allowed


# --- each reminder once -----------------------------------------------------------------------------------------


def remind(connection, person, key, kind="same_day_notice", due=NOW, **more):
    starts = {"occurrence_start": NOW + 3 * HOUR, "occurrence_end": NOW + 4 * HOUR}
    about = {"service": "s", "session": "group", **starts, "body": {"name": "Ryhmä"}, **more}
    return store.add(connection, person, kind, key, Planned(due, NOW + 3 * HOUR), NOW - HOUR, **about)


class Words:
    """Says what it was asked to say."""

    def words(self, kind, language, tone, values):
        return f"{kind}: {values.get('name')}"

    def buttons(self, kind, language):
        return []


def deliver(connection, now):
    """Delivers what is due to wherever the person was last."""
    delivery = Delivery(dict.fromkeys((WEB_CHAT, "telegram", "discord"), (to_conversation,)), Words())
    return [delivery.attempt(connection, each, now) for each in store.claim(connection, "w", now, 10)]


def notices(connection, address):
    return [event.body["text"] for event in outbox.events(connection, address[1]) if event.body.get("reminder")]


ALWAYS = {"reminders_allowed": True, "windows": ((profiles.DAYS, 0, 24 * 60),)}


@pytest.mark.parametrize(("last", "gets"), [("web", 1), ("telegram", 0)])
def test_a_reminder_comes_once_to_where_the_person_was_last(connection, web, last, gets):
    for address in (web, TELEGRAM):
        remind(connection, known(connection, address, **ALWAYS), f"k/{address[0]}", due=NOW + HOUR)
    linked(connection, web)
    profiles.seen(connection, *(web if last == "web" else TELEGRAM), NOW + MINUTE)
    assert deliver(connection, NOW + HOUR) == ["delivered"]
    assert (len(notices(connection, web)), len(notices(connection, TELEGRAM))) == (gets, 1 - gets)


def test_what_came_in_one_place_does_not_come_again_in_the_other(connection, web):
    person = known(connection, TELEGRAM, **ALWAYS)
    remind(connection, person, "a")
    assert deliver(connection, NOW) == ["delivered"]
    remind(connection, known(connection, web, **ALWAYS), "b", due=NOW + HOUR)
    linked(connection, web)
    assert deliver(connection, NOW + HOUR) == []
    assert {each.state: each.reason for each in store.of_person(connection, person_at(connection, web))} == {
        "delivered": None,
        "cancelled": "linked",
    }


def test_of_one_key_the_delivered_one_stays(connection, web):
    remind(connection, known(connection, TELEGRAM, **ALWAYS), "k")
    deliver(connection, NOW)
    remind(connection, known(connection, web, **ALWAYS), "k", due=NOW + HOUR)
    linked(connection, web)
    assert [each.state for each in store.of_person(connection, person_at(connection, web))] == ["delivered"]


def test_what_a_scheduler_holds_just_then_is_not_lost(connection, web):
    remind(connection, known(connection, TELEGRAM, **ALWAYS), "k")
    (claimed,) = store.claim(connection, "w", NOW, 10)
    linked(connection, web)
    delivery = Delivery({"telegram": (to_conversation,)}, Words())
    assert delivery.attempt(connection, claimed, NOW) in ("lost", "dropped")
    assert deliver(connection, NOW) == ["delivered"]


def test_what_waits_follows_the_hours_of_who_made_the_code(connection, web):
    remind(connection, known(connection, TELEGRAM, **ALWAYS), "k", occurrence_start=NOW + DAY, occurrence_end=None)
    person = known(connection, web, reminders_allowed=True, windows=[(("tue",), 8 * 60, 9 * 60)])
    linked(connection, web)
    (reminder,) = store.of_person(connection, person, waiting=True)
    assert reminder.due_at.astimezone(timezone(2 * HOUR)).hour == 8


def attends(connection, person, occurrence=None, since=NOW, ended_at=None, skipped=()):
    attendance.keep(
        connection,
        attendance.Attendance(person, "s", "group", occurrence, since, ended_at, skipped, (), since + 15 * DAY),
    )


def open_attendances(connection, person):
    return [(each.occurrence, each.since) for each in attendance.of_person(connection, person)]


def test_a_session_of_both_is_one_and_what_was_said_last_counts(connection, web):
    maker, other = known(connection, web), known(connection, TELEGRAM)
    attends(connection, maker, since=NOW - 5 * DAY, ended_at=NOW - DAY)
    attends(connection, other, since=NOW - 2 * DAY)
    made = f"same_day_notice/x/0/{NOW - 2 * DAY:%Y%m%d%H%M%S%f}"
    remind(connection, other, made, due=NOW + HOUR)
    linked(connection, web)
    assert open_attendances(connection, maker) == []  # they left after they had said to come in the other place
    assert store.of_person(connection, maker, waiting=True) == []


def test_a_single_time_is_held_by_every_time_unless_that_one_is_skipped(connection, web):
    maker, other = known(connection, web), known(connection, TELEGRAM)
    attends(connection, maker, skipped=("skipped",))
    for occurrence in ("skipped", "other"):
        attends(connection, other, occurrence)
    linked(connection, web)
    assert [each for each, _ in open_attendances(connection, maker)] in ([None, "skipped"], ["skipped", None])


def test_check_ins_ask_about_a_service_once(connection, web):
    maker, other = known(connection, web, **ALWAYS), known(connection, TELEGRAM, **ALWAYS)
    for person, hours in ((maker, 2), (other, 1)):
        start = {"session": None, "occurrence_start": NOW + hours * HOUR}
        remind(connection, person, f"{hours}", check_ins.CHECK_IN.id, due=NOW + hours * HOUR, **start)
    linked(connection, web)
    assert len(store.of_person(connection, maker, waiting=True)) == 1


def test_of_one_service_what_was_said_last_counts(connection, web):
    maker, other = known(connection, web), known(connection, TELEGRAM)
    feedback.give(connection, maker, "s", NOW - DAY, helped="yes")
    feedback.give(connection, other, "s", NOW, helped="no")
    linked(connection, web)
    assert [(each.helped, each.counts) for each in feedback.of_person(connection, maker)] == [
        ("no", True),
        ("yes", False),
    ]
    assert feedback.did_not_help(connection, maker) == {"s"}


def test_devices_take_the_pushes_of_both(connection, web):
    maker, other = known(connection, web), known(connection, TELEGRAM)
    pushes.subscribe(connection, other, pushes.Subscription("https://push.example/1", "p", "a"), NOW)
    linked(connection, web)
    assert pushes.devices(connection, maker) == 1


# --- undoing it -------------------------------------------------------------------------------------------------


def test_unlinking_leaves_everything_with_the_person_and_tells_the_other_place(connection, web):
    known(connection, web, municipality="Oulu")
    person = linked(connection, web)
    assert linking.unlink_channel(connection, "telegram", web, NOW) == [TELEGRAM]
    assert person_at(connection, TELEGRAM) is None
    assert profiles.by_id(connection, person).municipality == "Oulu"
    assert told(connection, TELEGRAM)[-1].startswith("Tämä keskustelu on nyt erillään")


def test_what_is_not_linked_can_not_be_unlinked(connection, web):
    known(connection, web)
    assert not linking.unlink(connection, *web)
    assert not linking.unlink(connection, *TELEGRAM)
    assert linking.unlink_channel(connection, "telegram", web, NOW) == []
    assert linking.unlink_channel(connection, WEB_CHAT, web, NOW) == []


def test_a_channel_of_the_same_name_is_unlinked_without_the_one_that_asks(connection, web):
    _, begun = conversations.begin(connection, NOW, {})
    phone = (WEB_CHAT, begun.id)
    linked(connection, web, phone)
    assert linking.unlink_channel(connection, WEB_CHAT, web, NOW) == [phone]


# --- all addresses together -------------------------------------------------------------------------------------


def test_forgetting_erases_what_was_said_at_every_address(connection, web):
    for address in (web, TELEGRAM):
        outbox.append(connection, address[1], "reply", {"text": "salaisuus"}, NOW)
    person = linked(connection, web)
    linking.new_code(connection, *web, NOW)
    linking.link(connection, "BBBB-BBBB", *TELEGRAM, NOW)
    assert sorted(erasing.forget(connection, person, NOW)) == sorted([web[1], TELEGRAM[1]])
    for address in (web, TELEGRAM):
        assert outbox.events(connection, address[1]) == []
    for table in (linking.link_codes, linking.link_tries):
        assert connection.execute(table.select()).all() == []


def test_the_export_has_the_conversation_of_every_address(connection, web):
    outbox.append(connection, TELEGRAM[1], "reply", {"text": "telegramissa"}, NOW)
    linked(connection, web)
    exported = exporting.export_of(connection, *web)
    said = {one["channel"]: [event["body"]["text"] for event in one["events"]] for one in exported["conversations"]}
    assert "telegramissa" in said["telegram"] and len(said[WEB_CHAT]) == 1
    assert [one["linked_at"] for one in exported["addresses"]] == [NOW.isoformat(), None]
