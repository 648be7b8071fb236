"""Whatever a file holds, reading it gives a catalogue or a CatalogError; what was read survives the way to
disk.
"""

import io
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from service_catalog import fields, snapshot
from service_catalog.schema import FILES, Service
from service_catalog.yaml_source import CatalogError, check, load_text, read_document

EXAMPLE = Path(__file__).parents[1] / "catalogue_example"
FILE_TEXTS = {
    kind: (EXAMPLE / name).read_text()
    for kind, name in {
        "services": "services/juttu.yml",
        "needs": "needs.yml",
        "glossary": "glossary.yml",
        "crisis": "crisis.yml",
    }.items()
}
PARSERS = [
    fields.text, fields.two_sentences, fields.word, fields.slug, fields.need_id, fields.yes_no,
    fields.yes_no_not_known, fields.clock_time, fields.day, fields.local_moment, fields.recurrence_rule,
    fields.weekday, fields.web_address, fields.phone_number, fields.email_address, fields.postal_code,
    fields.latitude, fields.longitude, fields.age, fields.language, fields.service_area,
]  # fmt: skip

anything = st.recursive(
    st.none() | st.booleans() | st.text(max_size=20) | st.sampled_from(["services", "id", "yes", "9:00", "fi"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([key for model in FILES.values() for key in model.__fields__]) | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


def read(kind, text):
    """Return the source, or None when the text was refused as it should be."""
    texts = {**FILE_TEXTS, kind: text}
    try:
        return check([(name, load_text(f"{name}.yml", content)) for name, content in texts.items()], ["Tampere"])
    except CatalogError as error:
        assert error.problems and all(problem.line >= 1 and problem.message for problem in error.problems)
        return None


@given(kind=st.sampled_from(sorted(FILES)), text=st.text())
def test_arbitrary_text_is_read_or_refused(kind, text):
    read(kind, text)


@given(kind=st.sampled_from(sorted(FILES)), value=anything)
@settings(max_examples=100, deadline=None)
def test_arbitrary_yaml_is_read_or_refused(kind, value):
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(value, stream)
    read(kind, stream.getvalue())


@given(content=st.binary())
def test_arbitrary_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.yml"
    path.write_bytes(content)
    document = read_document(path)
    assert document.opened or document.problems


@given(
    kind=st.sampled_from(sorted(FILES)),
    cut=st.floats(0, 1),
    length=st.integers(0, 12),
    inserted=st.text(alphabet="-:{}[]\"'#&*!|>%@`\t\n ,abå09\x00\ud800", max_size=6),
)
@settings(max_examples=100, deadline=None)
def test_a_slip_of_the_hand_in_a_good_file_is_read_or_refused(kind, cut, length, inserted):
    text = FILE_TEXTS[kind]
    start = int(cut * len(text))
    read(kind, text[:start] + inserted + text[start + length :])


@given(
    line=st.integers(1, FILE_TEXTS["services"].count("\n")),
    value=st.text(max_size=40) | st.sampled_from(["FREQ=WEEKLY;BYDAY=" * 3, "9" * 30, "[[[", "{a: b}", "not known"]),
)
@settings(max_examples=100, deadline=None)
def test_any_value_in_any_field_is_read_or_refused(line, value):
    lines = FILE_TEXTS["services"].split("\n")
    key, colon, _ = lines[line - 1].partition(":")
    lines[line - 1] = f"{key}{colon} {value}"
    read("services", "\n".join(lines))


@given(parser=st.sampled_from(PARSERS), value=anything)
def test_a_field_returns_a_value_or_says_why_not(parser, value):
    try:
        parser(value)
    except ValueError as error:
        assert str(error)


@given(
    rule=st.lists(
        st.sampled_from(
            [
                "FREQ=DAILY",
                "FREQ=WEEKLY",
                "FREQ=MONTHLY",
                "FREQ=YEARLY",
                "INTERVAL=2",
                "INTERVAL=999",
                "COUNT=3",
                "BYDAY=MO",
                "BYDAY=-1FR",
                "BYMONTH=2",
                "BYMONTHDAY=30",
                "BYMONTHDAY=-1",
                "BYSETPOS=366",
                "BYYEARDAY=366",
                "BYWEEKNO=53",
                "WKST=SU",
                "UNTIL=19990101",
                "UNTIL=20301231",
                "BYDAY=6MO",
                "BYMONTH=13",
                "UNTIL=",
                "=",
            ]
        ),
        max_size=5,
    ).map(";".join)
)
@settings(deadline=None)
def test_a_recurrence_rule_is_read_or_refused_in_bounded_work(rule):
    try:
        fields.recurrence_rule(rule)
    except ValueError as error:
        assert str(error)


@given(minutes=st.integers(0, 24 * 60))
def test_a_clock_time_reads_back_what_it_writes(minutes):
    assert fields.clock_time(str(fields.ClockTime(minutes))) == minutes


@given(
    needs=st.lists(st.sampled_from(["debt", "crisis", "money"]), min_size=1, unique=True),
    area=st.just("country") | st.lists(st.sampled_from(["Tampere", "Nokia"]), min_size=1),
    anonymous=st.sampled_from(["yes", "no", "not known"]),
    opens=st.integers(0, 23),
    closes=st.integers(1, 24),
    starts=st.datetimes().filter(lambda moment: 1950 < moment.year < 2100),
    always=st.booleans(),
)
@settings(deadline=None)
def test_a_service_is_the_same_after_the_way_to_disk(needs, area, anonymous, opens, closes, starts, always):
    hours = {"byday": ["MO", "SU"], "opens_at": f"{opens}:00", "closes_at": f"{closes}:15" if closes < 24 else "24:00"}
    channel = {"type": "phone", "number": "116 111", "on_bill": anonymous}
    try:
        service = Service.parse_obj(
            {
                "id": "a", "organization": "b", "name": "Nimi", "summary": "Yksi.", "first_step": "Tee.",
                "needs": needs, "service_area": area, "anonymous": anonymous,
                "channels": [{**channel, "always_open": "yes"} if always else {**channel, "schedules": [hours]}],
                "sessions": [{"id": "s", "name": "Ilta", "starts": f"{starts:%Y-%m-%d %H:%M}", "except": ["1.2.2027"]}],
                "verified_on": "2026-01-02", "confidence": "high", "source": ["x"],
            }
        )  # fmt: skip
    except ValueError as error:
        assert "kesäaikaan" in str(error)  # the hour that daylight-saving time leaves out
        return
    again = snapshot.load(Service, snapshot.dump(service))
    assert again == service
    assert again.sessions[0].starts.utcoffset() == service.sessions[0].starts.utcoffset()
