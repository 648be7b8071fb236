"""Who is counted, and how many."""

from ipaddress import ip_network

import pytest
from starlette.requests import HTTPConnection

from web.errors import Problem
from web.limits import Limit, RecentHits, address_of

PROXIES = (ip_network("10.0.0.0/8"), ip_network("127.0.0.1/32"), ip_network("::1/128"))


def connection(client, *forwarded):
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return HTTPConnection({"type": "http", "client": (client, 1), "headers": headers})


@pytest.mark.parametrize(
    ("client", "forwarded", "counted"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # no proxy of ours: it may write what it likes
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),  # what the client wrote stands first
        ("127.0.0.1", ["1.2.3.4", "198.51.100.1, 10.1.2.3"], "198.51.100.1"),  # through two proxies of ours
        ("127.0.0.1", ["10.1.2.3"], "10.1.2.3"),
        ("127.0.0.1", ["rubbish"], "unknown"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),  # one customer has 2^64 of them
        ("::1", ["2001:db8:1:2::1"], "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", [], "203.0.113.9"),
        ("a.socket", [], "unknown"),
    ],
)
def test_an_address_is_that_of_the_last_who_is_no_proxy_of_ours(client, forwarded, counted):
    assert address_of(connection(client, *forwarded), PROXIES) == counted


def test_without_proxies_nobody_is_believed():
    assert address_of(connection("127.0.0.1", "198.51.100.1"), ()) == "127.0.0.1"


def test_a_window_moves():
    clock = [0.0]
    limit = Limit("messages", "3/minute", lambda: clock[0])
    for second in (0, 10, 20):
        clock[0] = second
        limit.count("a")
    limit.count("b")
    clock[0] = 30.5
    with pytest.raises(Problem) as refused:
        limit.count("a")
    assert refused.value.status == 429
    assert refused.value.headers == {"Retry-After": "30"}
    clock[0] = 60.0
    limit.count("a")
    with pytest.raises(Problem) as refused:
        limit.count("a")
    assert refused.value.headers == {"Retry-After": "10"}


def test_a_refused_request_does_not_count():
    clock = [0.0]
    limit = Limit("messages", "1/minute", lambda: clock[0])
    limit.count("a")
    for second in range(1, 60):
        clock[0] = second
        with pytest.raises(Problem):
            limit.count("a")
    clock[0] = 60.0
    limit.count("a")


def test_no_more_addresses_are_remembered_than_there_is_room_for():
    hits = RecentHits(lambda: 0.0, most_keys=2)
    for key in ("a", "b", "a", "c"):
        hits.acquire_entry(key, 10, 60)
    assert [hits.get_moving_window(key, 10, 60)[1] for key in "abc"] == [2, 0, 1]
