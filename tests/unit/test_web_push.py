"""Pushes to devices: a push service on a real socket decrypts them, and fails in every way that there is."""

from __future__ import annotations

import json
import os
import shutil
import stat
import threading
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from fake_push_service import CREATED, Browser, FakePushService, vouched
from fake_upstream import Reply
from hypothesis import given
from hypothesis import strategies as st

from people import profiles
from people.database import Database
from people.profiles import WEB_CHAT
from reminders import push_services, pushes
from reminders.delivery import Notice
from reminders.push_services import PublicAddresses, RefusedEndpoint, is_public
from reminders.pushes import InvalidSubscription, payload, to_devices
from reminders.vapid import KeyUnusable, key_in
from reminders.web_push import WebPush, retry_after

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 24, 16, tzinfo=HELSINKI)  # a Tuesday
ID = "3f0c" * 8
NOTICE = Notice(
    reminder=ID,
    kind="start_now",
    text="Aloita videotapaaminen nyt: Vertaisryhmä.",
    glance="Sinulle on viesti.",
    buttons=[
        {"title": "Tehty", "payload": "Tehty", "answer": "done"},
        {"title": "Myöhemmin", "payload": "Myöhemmin", "answer": "later"},
        {"title": "Lopeta kaikki", "payload": "Lopeta kaikki", "answer": "stop_all"},
    ],
    until=NOW + timedelta(minutes=15),
    urgency="high",
    service="juttu",
    url="https://example.fi/video",
    label="Avaa videotapaaminen",
    starts=NOW,
)


class Clock:
    """A clock that stands still until it is set on."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def goes_on(self, **time):
        self.now += timedelta(**time)


# What is claimed, locked and removed by cascade; elsewhere the kind of database makes no difference.
ON_EACH_DATABASE = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="module")
def with_tables(new_database):
    """An SQLite database with its tables: to copy one is faster than to make one."""
    url = new_database()
    database = Database(url)
    database.upgrade()
    database.close()
    return url.removeprefix("sqlite:///")


@pytest.fixture
def database(request, with_tables, tmp_path):
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copy(with_tables, tmp_path / "saattaja.db")
        database = Database(f"sqlite:///{tmp_path}/saattaja.db")
    else:
        database = Database(request.getfixturevalue("empty_postgresql"))
        database.upgrade()
    yield database
    database.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="module")
def service():
    with FakePushService() as service:
        yield service


@pytest.fixture(autouse=True)
def nothing_received(service):
    service.received.clear()


@pytest.fixture
def web_push(database, service, clock, tmp_path):
    key = key_in(tmp_path / "vapid.pem")
    return WebPush(database, key, "mailto:yllapito@example.fi", [service.url], clock, time_limit=30.0)


@pytest.fixture
def person(database, clock):
    with database.writing() as connection:
        someone = profiles.ensure(connection, WEB_CHAT, "conversation", clock())
        return profiles.change(connection, someone.id, reminders_allowed=True)


def subscribe(database, person, browser, trusted=None):
    keys = browser.subscription["keys"]
    endpoint = browser.subscription["endpoint"]
    found = pushes.checked(endpoint, keys["p256dh"], keys["auth"], [push_services.origin(endpoint)])
    with database.writing() as connection:
        pushes.subscribe(connection, person.id, found, NOW)


@pytest.fixture
def browser(database, service, person):
    browser = service.subscribes()
    subscribe(database, person, browser)
    return browser


def push(database, person, notice=NOTICE):
    """Writes a push down, as the delivery of a reminder does."""
    with database.writing() as connection:
        to_devices(connection, profiles.by_id(connection, person.id), "conversation", notice, NOW)


def waiting(database):
    with database.reading() as connection:
        return connection.execute(pushes.pushes.select()).all()


def devices(database, person):
    with database.reading() as connection:
        return pushes.devices(connection, person.id)


# --- what a device gets -----------------------------------------------------------------------------------------


@ON_EACH_DATABASE
def test_a_device_reads_the_push_and_its_service_knows_who_sent_it(database, service, browser, person, web_push, clock):
    push(database, person)
    assert web_push.send_waiting() == {"sent": 1}
    (request,) = service.received
    assert browser.reads(request) == {
        "id": ID,
        "title": "Saattaja",
        "body": "Sinulle on viesti.",
        "url": f"/#reminder={ID}",
        "tag": ID,
        "actions": [{"action": "done", "title": "Tehty"}, {"action": "later", "title": "Myöhemmin"}],
    }
    voucher = vouched(request)
    assert voucher.claims["aud"] == service.url
    assert voucher.claims["sub"] == "mailto:yllapito@example.fi"
    assert clock().timestamp() < voucher.claims["exp"] <= clock().timestamp() + 24 * 3600
    assert voucher.key == web_push._key.public
    assert waiting(database) == []


def test_how_long_it_waits_and_how_urgent_it_is_are_those_of_its_kind(database, service, browser, person, web_push):
    push(database, person)
    web_push.send_waiting()
    (request,) = service.received
    assert {name: request.headers[name] for name in ("TTL", "Urgency", "Topic")} == {
        "TTL": "900",
        "Urgency": "high",
        "Topic": ID,
    }


def test_it_is_void_when_the_window_closes(database, service, browser, person, web_push, clock):
    with database.writing() as connection:
        profiles.change(connection, person.id, windows=[(("tue",), 15 * 60, 16 * 60 + 5)])
    push(database, person)
    web_push.send_waiting()
    assert service.received[0].headers["TTL"] == "300"


def test_each_device_of_the_person_gets_it_and_nobody_elses(database, service, browser, person, web_push):
    tablet = service.subscribes("tablet")
    subscribe(database, person, tablet)
    with database.writing() as connection:
        other = profiles.ensure(connection, WEB_CHAT, "another", NOW)
    subscribe(database, other, service.subscribes("someone-else"))
    push(database, person)
    assert web_push.send_waiting() == {"sent": 2}
    assert sorted(request.path for request in service.received) == [browser.path, tablet.path]


@ON_EACH_DATABASE
def test_written_down_twice_it_is_sent_once(database, service, browser, person, web_push):
    push(database, person)
    push(database, person)
    assert web_push.send_waiting() == {"sent": 1}


def test_without_a_device_nothing_waits(database, person):
    push(database, person)
    assert waiting(database) == []


# --- what a bystander may read ----------------------------------------------------------------------------------


def test_a_lock_screen_tells_nothing_of_what_it_is_about():
    said = json.dumps(payload(NOTICE), ensure_ascii=False)
    assert not any(word in said for word in ("Vertaisryhmä", "video", "juttu", "example.fi"))


def test_who_allows_it_reads_all_of_it_and_opens_the_meeting_at_once():
    told = payload(replace(NOTICE, glance=NOTICE.text))
    assert told["body"] == NOTICE.text
    assert told["actions"] == [
        {"action": "open", "title": "Avaa videotapaaminen", "url": "https://example.fi/video"},
        {"action": "done", "title": "Tehty"},
    ]


def test_a_change_of_mind_counts_for_what_is_on_its_way(database, service, browser, person, web_push):
    with database.writing() as connection:
        profiles.change(connection, person.id, lock_screen="full")
    push(database, person, replace(NOTICE, glance=NOTICE.text))
    with database.writing() as connection:
        profiles.change(connection, person.id, lock_screen="neutral")
    assert web_push.send_waiting() == {"dropped": 1}
    assert service.received == [] and waiting(database) == []


@given(st.text(max_size=2_000), st.text(max_size=2_000), st.text(max_size=2_000))
def test_a_payload_is_never_longer_than_push_services_take(text, label, path):
    url = f"https://example.fi/{path}"
    notice = replace(NOTICE, text=text, glance=text, label=label, url=url, buttons=[{"title": label, "answer": "done"}])
    assert len(pushes.as_bytes(payload(notice))) < 3_000


# --- what the person wants right now ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"reminders_allowed": False},
        {"paused_until": NOW + timedelta(days=7)},
        {"topics_off": ["start_now"]},
        {"windows": [(("mon",), 600, 1200)]},
        {"windows": []},
    ],
)
def test_what_the_person_does_not_want_any_more_is_not_sent(database, service, browser, person, web_push, change):
    push(database, person)
    with database.writing() as connection:
        profiles.change(connection, person.id, **change)
    assert web_push.send_waiting() == {"dropped": 1}
    assert service.received == [] and waiting(database) == []


def test_what_has_become_useless_is_not_sent(database, service, browser, person, web_push, clock):
    push(database, person)
    clock.goes_on(minutes=15)
    assert web_push.send_waiting() == {"dropped": 1}
    assert service.received == []


@ON_EACH_DATABASE
def test_who_was_erased_gets_nothing(database, service, browser, person, web_push):
    push(database, person)
    with database.writing() as connection:
        pushes.erase_person(connection, person.id)
    assert web_push.send_waiting() == {}
    assert devices(database, person) == 0 and waiting(database) == []


# --- push services that fail ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_what_a_push_service_takes_is_sent_once(database, service, browser, person, web_push, status):
    service.answers("POST", browser.path, Reply(body=b"", status=status))
    push(database, person)
    assert web_push.send_waiting() == {"sent": 1}
    assert web_push.send_waiting() == {}


@ON_EACH_DATABASE
@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(database, service, browser, person, web_push, status):
    service.answers("POST", browser.path, Reply(body=b"", status=status))
    push(database, person)
    push(database, person, replace(NOTICE, reminder="b" * 32))
    web_push.send_waiting()
    assert devices(database, person) == 0 and waiting(database) == []


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_what_a_push_service_refuses_is_given_up_and_the_device_stays(
    database, service, browser, person, web_push, status
):
    service.answers("POST", browser.path, Reply(body=b"the words of " + ID.encode(), status=status))
    push(database, person)
    assert web_push.send_waiting() == {"refused": 1}
    assert devices(database, person) == 1 and waiting(database) == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nothing_is_sent_to_where_a_push_service_points(database, service, browser, person, web_push, status):
    elsewhere = service.subscribes("elsewhere")
    there = {"Location": elsewhere.subscription["endpoint"]}
    service.answers("POST", browser.path, Reply(body=b"", status=status, headers=there))
    push(database, person)
    assert web_push.send_waiting() == {"refused": 1}
    assert [request.path for request in service.received] == [browser.path]


@ON_EACH_DATABASE
@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_may_go_later_is_tried_again_after_a_pause(database, service, browser, person, web_push, clock, status):
    service.answers("POST", browser.path, Reply(body=b"", status=status), CREATED)
    push(database, person)
    assert web_push.send_waiting() == {"later": 1}
    assert web_push.send_waiting() == {}
    clock.goes_on(seconds=5)
    assert web_push.send_waiting() == {"sent": 1}
    assert len(service.received) == 2


@pytest.mark.parametrize("wait", ["120", format_datetime((NOW + timedelta(seconds=120)).astimezone(ZoneInfo("GMT")))])
def test_a_push_service_that_asks_to_wait_is_left_alone_so_long(
    database, service, browser, person, web_push, clock, wait
):
    service.answers("POST", browser.path, Reply(body=b"", status=429, headers={"Retry-After": wait}), CREATED)
    push(database, person)
    assert web_push.send_waiting() == {"later": 1}
    tablet = service.subscribes("tablet")
    subscribe(database, person, tablet)
    push(database, person, replace(NOTICE, reminder="b" * 32))
    web_push.send_waiting()
    clock.goes_on(seconds=119)
    web_push.send_waiting()
    assert len(service.received) == 1
    clock.goes_on(seconds=1)
    assert web_push.send_waiting() == {"sent": 3}


def test_a_push_that_would_come_too_late_is_given_up(database, service, browser, person, web_push):
    service.answers("POST", browser.path, Reply(body=b"", status=503, headers={"Retry-After": "900"}))
    push(database, person)
    assert web_push.send_waiting() == {"later": 1}
    assert waiting(database) == []


def test_after_so_many_attempts_it_is_given_up(database, service, browser, person, web_push, clock):
    service.answers("POST", browser.path, Reply(body=b"", status=500))
    push(database, person, replace(NOTICE, kind="news", until=NOW + timedelta(hours=3)))
    for _ in range(pushes.MOST_ATTEMPTS + 3):
        web_push.send_waiting()
        clock.goes_on(minutes=10)
    assert len(service.received) == pushes.MOST_ATTEMPTS
    assert devices(database, person) == 1 and waiting(database) == []


@pytest.mark.parametrize("reply", [Reply(wait=4.0), Reply(drop=True)], ids=["hangs", "breaks off"])
def test_a_push_service_that_gives_no_answer_holds_up_its_own_pushes_only(
    database, service, browser, person, web_push, clock, reply
):
    web_push._time_limit = 3.0
    with FakePushService() as other:
        web_push._trusted |= {other.url}
        subscribe(database, person, other.subscribes("tablet"))
        service.answers("POST", browser.path, reply)
        push(database, person)
        assert web_push.send_waiting() == {"sent": 1, "later": 1}
        push(database, person, replace(NOTICE, reminder="b" * 32))
        assert web_push.send_waiting() == {"sent": 1, "later": 1}  # it isn't even asked
        assert len(service.received) == 1 and len(other.received) == 2


def test_without_a_network_a_push_waits_while_it_is_of_use(database, service, browser, person, web_push, clock):
    service.stop()
    try:
        push(database, person)
        for _ in range(8):
            web_push.send_waiting()
            clock.goes_on(minutes=2)
        assert waiting(database) == [] and devices(database, person) == 1
    finally:
        service.start()


@ON_EACH_DATABASE
def test_a_process_that_died_with_a_push_leaves_it_to_the_next(database, service, browser, person, web_push, clock):
    push(database, person)
    with database.writing() as connection:
        assert len(pushes.claim(connection, clock(), 10)) == 1
    assert web_push.send_waiting() == {}
    clock.goes_on(seconds=pushes.LEASE.total_seconds())
    assert web_push.send_waiting() == {"sent": 1}


@ON_EACH_DATABASE
def test_a_slow_process_does_not_put_back_what_another_has_claimed_since(database, browser, person, clock):
    push(database, person)
    with database.writing() as connection:
        (slow,) = pushes.claim(connection, clock(), 10)
    clock.goes_on(seconds=pushes.LEASE.total_seconds())
    with database.writing() as connection:
        (quick,) = pushes.claim(connection, clock(), 10)
        pushes.postpone(connection, slow, clock() + timedelta(seconds=5), 1)
    ((row),) = waiting(database)
    assert row.next_attempt_at == quick.next_attempt_at and row.attempts == 0


@ON_EACH_DATABASE
def test_many_are_sent_at_once(database, service, person, web_push):
    browsers = [service.subscribes(f"device-{number}") for number in range(pushes.MOST_DEVICES)]
    for browser in browsers:
        subscribe(database, person, browser)
    for number in range(11):  # more than a batch
        push(database, person, replace(NOTICE, reminder=f"{number:032x}"))
    assert web_push.send_waiting() == {"sent": 110}
    by_path = {browser.path: browser for browser in browsers}
    read = {(request.path, by_path[request.path].reads(request)["id"]) for request in service.received}
    assert len(read) == len(service.received) == 110


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (" 7 ", 7),
        ("99999999999999999999", 86_400),
        ("-5", 0),
        ("soon", 0),
        ("", 0),
        ("Tue, 24 Nov 2026 14:01:00 GMT", 60),
        ("Tue, 24 Nov 2026 13:00:00 GMT", 0),
        ("Tue, 24 Nov 2099 13:00:00 GMT", 86_400),
        ("Tue, 24 Nov 2026 14:01:00", 0),
    ],
)
def test_how_long_a_push_service_asks_to_wait(written, seconds):
    assert retry_after({"Retry-After": written}, NOW) == timedelta(seconds=seconds)


# --- subscriptions ----------------------------------------------------------------------------------------------


@ON_EACH_DATABASE
def test_the_same_subscription_again_is_one(database, browser, person):
    subscribe(database, person, browser)
    assert devices(database, person) == 1


@ON_EACH_DATABASE
def test_a_device_that_another_person_uses_now_gets_nothing_of_the_first(database, service, browser, person, web_push):
    push(database, person)
    with database.writing() as connection:
        other = profiles.ensure(connection, WEB_CHAT, "another", NOW)
    subscribe(database, other, browser)
    assert web_push.send_waiting() == {}
    assert devices(database, person) == 0 and devices(database, other) == 1


@ON_EACH_DATABASE
def test_a_person_has_so_many_devices_and_the_oldest_go_first(database, service, person):
    for number in range(pushes.MOST_DEVICES + 2):
        browser = Browser("https://push.example.com", f"device-{number}")
        keys, endpoint = browser.subscription["keys"], browser.subscription["endpoint"]
        found = pushes.checked(endpoint, keys["p256dh"], keys["auth"])
        with database.writing() as connection:
            pushes.subscribe(connection, person.id, found, NOW + timedelta(minutes=number))
    with database.reading() as connection:
        kept = [device["endpoint"] for device in pushes.export_person(connection, person.id)]
    assert kept == [f"https://push.example.com/push/device-{number}" for number in range(2, 12)]


PUBLIC_KEY, AUTH = Browser("https://push.example.com").subscription["keys"].values()


@pytest.mark.parametrize(
    ("p256dh", "auth", "told"),
    [
        ("", AUTH, "keys.p256dh"),
        ("AAAA", AUTH, "keys.p256dh"),
        (urlsafe_b64encode(b"\x04" + b"\x01" * 64).decode(), AUTH, "keys.p256dh"),  # not on the curve
        ("ä" * 87, AUTH, "keys.p256dh"),
        (PUBLIC_KEY, "", "keys.auth"),
        (PUBLIC_KEY, "AAAA", "keys.auth"),
        (PUBLIC_KEY, "€" * 22, "keys.auth"),
    ],
)
def test_a_subscription_that_could_not_be_encrypted_for_is_refused(p256dh, auth, told):
    with pytest.raises(InvalidSubscription, match=told):
        pushes.checked("https://push.example.com/x", p256dh, auth)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/dQw4w9WgXcQ:APA91bH_-x",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB-_=",
        "https://web.push.apple.com/QGuQyavXutnMH5X",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAB%2fkLm%3d",
        "https://push.example.com:443/x",
        "https://push.xn--p1ai/x",
    ],
)
def test_push_services_that_there_are(endpoint):
    push_services.check(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://push.example.com/x",
        "https://push.example.com",
        "https://push.example.com:8443/x",
        "https://push.example.com:0443/x",
        "https://127.0.0.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://127.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://user@push.example.com/x",
        "https://push.example.com@127.0.0.1/x",
        "https://push.example.com\\@127.0.0.1/x",
        "https://push.example.com/x#y",
        "https://push.example.com/x y",
        "https://push.example.com/x\r\nHost: a",
        "https://push.example.com/ä",
        "https://push_example.com/x",
        "https://-push.example.com/x",
        "https://push..example.com/x",
        "https://" + "a." * 130 + "com/x",
        "https://push.example.com/" + "x" * 1_000,
        "file:///etc/passwd",
        "https:///x",
        "//push.example.com/x",
    ],
)
def test_addresses_that_no_push_is_sent_to(endpoint):
    with pytest.raises(RefusedEndpoint, match="endpoint: it must"):
        push_services.check(endpoint)


def test_what_an_operator_trusts_need_not_be_public():
    trusted = ["http://10.0.0.5:8080"]
    push_services.check("http://10.0.0.5:8080/push/x", trusted)
    for other in ("http://10.0.0.5:8081/x", "http://10.0.0.5/x", "http://a@10.0.0.5:8080/x"):
        with pytest.raises(RefusedEndpoint):
            push_services.check(other, trusted)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("142.250.74.10", True),
        ("2a00:1450:4026:805::200a", True),
        *((private, False) for private in ("127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254")),
        *((private, False) for private in ("100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1")),
        *((private, False) for private in ("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1")),
        *((inside, False) for inside in ("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::")),
        ("64:ff9b::8efa:4a0a", True),
        ("push.example.com", False),
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public


async def test_a_name_that_leads_inside_is_not_followed(service):
    """Whatever name it is: looked up right before the connection, it has only public addresses."""
    browser = service.subscribes()
    port = service.url.rpartition(":")[2]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=PublicAddresses())) as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.post(f"http://localhost:{port}{browser.path}")
    assert service.received == []


# --- the key ----------------------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    file = tmp_path / "state" / "vapid.pem"
    key = key_in(file)
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert key_in(file).public == key.public
    assert [one.name for one in file.parent.iterdir()] == ["vapid.pem"]
    assert len(key.public) == 87


def test_processes_that_start_at_once_have_the_same_key(tmp_path):
    ready = threading.Barrier(8)

    def start(_):
        ready.wait()
        return key_in(tmp_path / "vapid.pem").public

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_holds_no_key_is_left_as_it_is(tmp_path, content):
    file = tmp_path / "vapid.pem"
    file.write_bytes(content)
    with pytest.raises(KeyUnusable, match="Put back"):
        key_in(file)
    assert file.read_bytes() == content


def test_a_folder_that_can_not_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyUnusable, match="SAATTAJA_PUSH_KEY"):
        key_in(tmp_path / "file" / "vapid.pem")


def test_a_token_is_used_again_and_renewed_in_time(tmp_path):
    key = key_in(tmp_path / "vapid.pem")
    first = key.authorization("https://a.example", "mailto:a@example.fi", NOW)
    assert key.authorization("https://a.example", "mailto:a@example.fi", NOW + timedelta(hours=10)) == first
    assert key.authorization("https://a.example", "mailto:a@example.fi", NOW + timedelta(hours=11, minutes=1)) != first
    assert key.authorization("https://b.example", "mailto:a@example.fi", NOW) != first
