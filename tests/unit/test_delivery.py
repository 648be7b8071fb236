"""What happens to a reminder that is due: asked once more, worded, given to where the person was last."""

from datetime import datetime, timedelta, timezone

import pytest

from people import conversations, profiles
from people.profiles import WEB_CHAT
from reminders import outbox, store
from reminders.delivery import Delivery, to_conversation
from reminders.planning import Planned

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)  # Monday, 16:00 in Finland
HOUR = timedelta(hours=1)


class Words:
    """Says what it was asked to say."""

    def words(self, kind, language, tone, values):
        return f"{kind} {language} {values.get('name')} {values['now']:%H:%M}"

    def buttons(self, kind, language):
        return [{"title": "Tehty", "payload": "Tehty"}]


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        yield connection


@pytest.fixture
def person(connection):
    """Somebody of the web chat who said yes to reminders, in the default windows."""
    person = profiles.ensure(connection, WEB_CHAT, "c", NOW).id
    profiles.change(connection, person, reminders_allowed=True)
    return person


def attempt(connection, person, now=NOW, channels=None, key="k", **more):
    """Returns how a reminder was settled that is due now, and what is kept of it."""
    more = {"kind": "start_now", "body": {"name": "Vertaisryhmä"}, **more}
    store.add(connection, person, more.pop("kind"), key, Planned(NOW, NOW + 3 * HOUR), NOW - HOUR, **more)
    (claimed,) = store.claim(connection, "w", now, 1)
    delivery = Delivery({WEB_CHAT: (to_conversation,)} if channels is None else channels, Words())
    return delivery.attempt(connection, claimed, now), store.by_id(connection, claimed.id)


def shown(connection, conversation="c"):
    return [event.body for event in outbox.events(connection, conversation) if event.kind == "notice"]


def test_a_notice_is_shown_in_the_conversation_with_what_it_opens(connection, person):
    facts = {"name": "Vertaisryhmä", "url": "https://example.org/video", "label": "Aloita"}
    outcome, kept = attempt(connection, person, service="s", session="video", occurrence_start=NOW, body=facts)
    assert (outcome, kept.state, kept.channel, kept.delivered_at) == ("delivered", "delivered", WEB_CHAT, NOW)
    assert shown(connection) == [
        {
            "text": "start_now None Vertaisryhmä 14:00",
            "reminder": kept.id,
            "kind": "start_now",
            "buttons": [{"title": "Tehty", "payload": "Tehty"}],
            "service": "s",
            "url": "https://example.org/video",
            "label": "Aloita",
            "starts": NOW.isoformat(),
        }
    ]


def test_only_a_session_has_a_time_to_show(connection, person):
    attempt(connection, person, kind="check_in", service="s", occurrence_start=NOW)
    assert "starts" not in shown(connection)[0]


def test_a_body_may_name_other_words_than_those_of_its_kind(connection, person):
    attempt(connection, person, kind="session_change", body={"words": "session_cancelled"})
    assert shown(connection)[0]["text"].startswith("session_cancelled")
    assert shown(connection)[0]["kind"] == "session_change"


def test_it_speaks_the_persons_language_else_that_of_their_page(connection, person):
    _, begun = conversations.begin(connection, NOW, {"language": "sv"})
    profiles.add_address(connection, person, WEB_CHAT, begun.id, NOW + HOUR)
    attempt(connection, person, key="page")
    profiles.change(connection, person, language="en")
    attempt(connection, person, key="profile")
    assert [body["text"].split()[1] for body in shown(connection, begun.id)] == ["sv", "en"]


def test_it_goes_where_the_person_was_last_of_what_can_be_reached(connection, person):
    for later, address in enumerate(("old", "new", "blocked"), 1):
        profiles.add_address(connection, person, WEB_CHAT, address, NOW + later * HOUR)
    profiles.add_address(connection, person, "carrier pigeon", "roof", NOW + 5 * HOUR)
    profiles.unreachable(connection, WEB_CHAT, "blocked")
    attempt(connection, person)
    assert len(shown(connection, "new")) == 1


def test_every_channel_of_an_address_gets_the_notice_and_a_lock_screen_shows_nothing_private(connection, person):
    pushed = []

    def push(connection, profile, address, notice, now):
        pushed.append((address, notice.glance, notice.urgency, notice.until))

    both = {WEB_CHAT: (to_conversation, push)}
    attempt(connection, person, key="neutral", channels=both)
    profiles.change(connection, person, lock_screen="full")
    attempt(connection, person, key="full", channels=both)
    until = NOW + timedelta(minutes=15)
    assert pushed == [
        ("c", "neutral None Vertaisryhmä 14:00", "high", until),
        ("c", "start_now None Vertaisryhmä 14:00", "high", until),
    ]
    assert len(shown(connection)) == 2


PAUSED = {"paused_until": NOW + HOUR}
EVENINGS = {"windows": ((("mon",), 17 * 60, 20 * 60),)}


@pytest.mark.parametrize(
    ("rules", "state", "reason", "next_attempt_at"),
    [
        ({"reminders_allowed": False}, "dropped", "not_allowed", None),
        ({"topics_off": ("start_now",)}, "dropped", "topic_off", None),
        ({"windows": ()}, "dropped", "never", None),
        (PAUSED, "waiting", "paused", NOW + HOUR),
        (EVENINGS, "waiting", "outside_windows", NOW + HOUR),
        ({"paused_until": NOW + 4 * HOUR}, "dropped", "paused", None),
        ({"most_per_day": 1}, "dropped", "too_many_today", None),
    ],
)
def test_what_the_person_said_last_holds(connection, person, rules, state, reason, next_attempt_at):
    attempt(connection, person, key="first")
    profiles.change(connection, person, **rules)
    _, kept = attempt(connection, person, key="second")
    assert (kept.state, kept.reason, kept.next_attempt_at) == (state, reason, next_attempt_at)
    assert len(shown(connection)) == 1


def test_after_a_clock_was_set_forward_and_back_it_waits_until_it_is_due(connection, person):
    store.add(connection, person, "start_now", "k", Planned(NOW, NOW + HOUR), NOW)
    (claimed,) = store.claim(connection, "w", NOW, 1)
    early = NOW - HOUR
    assert Delivery({WEB_CHAT: (to_conversation,)}, Words()).attempt(connection, claimed, early) == "moved"
    kept = store.by_id(connection, claimed.id)
    assert (kept.next_attempt_at, kept.reason) == (NOW, None)


def test_who_cannot_be_reached_is_not_tried_again(connection, person):
    profiles.unreachable(connection, WEB_CHAT, "c")
    outcome, kept = attempt(connection, person)
    assert (outcome, kept.reason) == ("dropped", "unreachable")


def test_who_was_erased_meanwhile_gets_nothing(connection):
    assert attempt(connection, "nobody")[0] == "dropped"


def test_what_another_has_taken_over_is_left_to_it(connection, person):
    store.add(connection, person, "start_now", "k", Planned(NOW, NOW + HOUR), NOW)
    (claimed,) = store.claim(connection, "slow", NOW, 1)
    (taken,) = store.claim(connection, "fast", NOW + store.LEASE, 1)
    delivery = Delivery({WEB_CHAT: (to_conversation,)}, Words())
    later = NOW + store.LEASE
    assert delivery.attempt(connection, claimed, later) == "lost"
    assert delivery.attempt(connection, taken, later) == "delivered"
    assert delivery.attempt(connection, claimed, later) == "lost"
    assert len(shown(connection)) == 1
