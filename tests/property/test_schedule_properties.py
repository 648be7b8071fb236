"""Opening hours against a minute-by-minute count."""

from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from service_catalog.fields import LOCAL_ZONE, WEEKDAYS
from service_catalog.schedules import Moment, channel_is_open, channel_opening, is_holiday
from service_catalog.schema import Channel

CLOCKS = st.integers(0, 95).map(lambda quarter: quarter * 15).filter(lambda m: not 180 < m < 240)  # see below


@st.composite
def channels(draw: st.DrawFn) -> Channel:
    schedules = []
    for _ in range(draw(st.integers(1, 3))):
        opens = draw(CLOCKS)
        closes = draw(st.one_of(CLOCKS, st.just(1440)).filter(lambda m, opens=opens: m != opens))
        days = draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1))
        schedules.append(
            {"byday": sorted(days), "opens_at": _clock(opens), "closes_at": _clock(closes)},
        )
    holidays = draw(st.sampled_from(["open", "closed", "not known"]))
    return Channel.parse_obj(
        {"type": "chat", "url": "https://example.fi", "schedules": schedules, "holidays": holidays}
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


# Around both changes of the clocks, Easter and Christmas. What begins or ends within the hour that clocks show
# twice or skip (3-4) is left out: no reading of it is the right one.
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 3, 26), datetime(2026, 4, 8)),
    st.datetimes(datetime(2026, 10, 22), datetime(2026, 11, 2)),
    st.datetimes(datetime(2026, 12, 20), datetime(2027, 1, 8)),
).map(lambda wall: wall.replace(second=0, microsecond=0, tzinfo=timezone.utc))


def known_open(channel: Channel, instant: datetime) -> bool:
    """The plainest count: is some window of today or yesterday, on a day whose hours are known, around it?"""
    local = instant.astimezone(LOCAL_ZONE)
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        minute = local.hour * 60 + local.minute + back * 1440
        if is_holiday(day) and channel.holidays != "open":
            continue
        for schedule in channel.schedules:
            end = schedule.closes_at + (1440 if schedule.closes_at <= schedule.opens_at else 0)
            if WEEKDAYS[day.weekday()] in schedule.byday and schedule.opens_at <= minute < end:
                return True
    return False


@settings(max_examples=60, deadline=None)
@given(channels(), MOMENTS)
def test_opening_agrees_with_every_minute(channel: Channel, now: datetime) -> None:
    opening = channel_opening(channel, now)
    assert (opening.open_now is True) == known_open(channel, now)
    change = opening.closes if opening.open_now else opening.opens
    if change is not None:
        assert change > now
    minute = now + timedelta(minutes=1)
    stop = min(change.astimezone(timezone.utc) if change else now + timedelta(days=8), now + timedelta(days=8))
    while minute < stop:
        assert known_open(channel, minute) == bool(opening.open_now), minute.astimezone(LOCAL_ZONE)
        minute += timedelta(minutes=1)
    if change is not None:
        assert known_open(channel, change) != bool(opening.open_now)
        assert channel_is_open(channel, Moment.of(change)) is not opening.open_now


@given(channels(), MOMENTS)
def test_a_holiday_that_nobody_stated_is_never_called_closed(channel: Channel, now: datetime) -> None:
    moment = Moment.of(now)
    if is_holiday(moment.day) and channel.holidays is None:
        assert channel_is_open(channel, moment) is not False
