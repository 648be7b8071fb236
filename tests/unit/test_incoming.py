import json

import pytest

from bot.channels.incoming import InvalidMessage, clean_message, read_location, read_message
from bot.channels.masking import mask_personal_codes


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("mua ahistaa", "mua ahistaa"),
        ("  moi\n\nmitä\tkuuluu  ", "moi mitä kuuluu"),
        ("", ""),
        (" \n\t\x00", ""),
        ("/restart", "restart"),
        ("/", ""),
        ("\u200b\ufeff/session_start", "session_start"),
        (" / / /greet", "greet"),
        ('/inform{"kunta": "Espoo"}', 'inform{"kunta": "Espoo"}'),
        ("ja/tai", "ja/tai"),
        ("😭😭", "😭😭"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("\ud83d rikki \udc00", "rikki"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("a\u0308iti", "äiti"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE events; --", "'; DROP TABLE events; --"),
    ],
)
def test_what_is_typed_becomes_ordinary_text(typed, read):
    assert clean_message(typed) == read


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("oon 131052-308T ja peloissani", "oon [henkilötunnus] ja peloissani"),
        ("131052+308t", "[henkilötunnus]"),
        ("131052A308T", "[henkilötunnus]"),
        ("131052Y308T", "[henkilötunnus]"),
        ("131052 – 308 T", "[henkilötunnus]"),
        ("131052308T", "[henkilötunnus]"),
        ("131052-308T131052-308T", "[henkilötunnus][henkilötunnus]"),
        ("väärin näppäilty 131052-308X", "väärin näppäilty [henkilötunnus]"),
        ("soita 0401234567", "soita [puhelinnumero]"),
        ("nro0401234567", "nro[puhelinnumero]"),
        ("+358 40 123 4567 tai 050-1234567", "[puhelinnumero] tai [puhelinnumero]"),
        ("040.123.4567", "[puhelinnumero]"),
        ("+46 70 123 45 67", "[puhelinnumero]"),
        ("(09) 123 4567", "[puhelinnumero]"),
        *((f"150703{sign}123N", "[henkilötunnus]") for sign in "-+ABCDEFYXWVUabcdefyxwvu"),
        ("hetu on 131052 308T, auta", "hetu on [henkilötunnus], auta"),
        ("٠٤٠١٢٣٤٥٦٧", "[puhelinnumero]"),
        ("0400 123 456 / 0457-3135157", "[puhelinnumero] / [puhelinnumero]"),
        ("358401234567 on mun", "[puhelinnumero] on mun"),
        ("0500123456, 03-2123456", "[puhelinnumero], [puhelinnumero]"),
        ("laita osoitteeseen matti.meikalainen99@gmail.com!", "laita osoitteeseen [sähköpostiosoite]!"),
        ("MATTI+x@posti.esimerkki.fi", "[sähköpostiosoite]"),
        ("äiti.ö@esimerkki.fi ja a@b.co", "[sähköpostiosoite] ja [sähköpostiosoite]"),
        ("maija (at) esimerkki.fi", "[sähköpostiosoite]"),
        ("maija ät esimerkki piste fi", "[sähköpostiosoite]"),
    ],
)
def test_codes_of_persons_are_masked(written, masked):
    assert mask_personal_codes(written) == masked


@pytest.mark.parametrize(
    "text",
    [
        "soitin 112 ja 116 111 ja 116117",
        "MIELI 09 2525 0111",
        "Nollalinja 080 005 005, päihdeneuvonta 0800 900 45",
        "Kirkon keskusteluapu 0400 221 180",
        "Kela 020 634 2650",
        "asun 00520 Helsingissä",
        "vuokra oli 1 250,50 euroa 02.05.2024",
        "02-05-2024",
        "klo 08-16",
        "velkaa 012 000 euroa",
        "syntyny 01012005",
        "velkaa 12 000, vuosina 2019-2024",
        "131052 euroa, 308 t",
        "10 10 2020",
        "arkisin 08.00-16.00 ja 09:00-17:00",
        "@nimimerkki snäpissä, moi @ kaikki",
        "ät ja piste on sanoja",
        "00100, 33100 ja 90100",
        "1 250 000 400",
    ],
)
def test_numbers_of_services_dates_and_sums_stay(text):
    assert mask_personal_codes(text) == text


def body(**fields):
    return json.dumps(fields).encode()


def test_a_message_needs_only_its_text():
    first, second = read_message(body(message="moi")), read_message(body(message="moi"))
    assert first.text == "moi"
    assert first.sender != second.sender


def test_channel_and_metadata_of_the_client_are_ignored():
    message = read_message(body(sender="a", message="moi", input_channel="telegram", metadata={"is_external": True}))
    assert (message.sender, message.text) == ("a", "moi")


def test_a_numeric_sender_is_text():
    assert read_message(body(sender=7, message="moi")).sender == "7"


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"", 400, "invalid_json"),
        (b"{", 400, "invalid_json"),
        (b"\xff\xfe", 400, "invalid_json"),
        (b"[" * 100_000, 400, "invalid_json"),
        (b'{"message": 1' + b"0" * 10_000 + b"}", 400, "invalid_json"),
        (b"[]", 422, "not_an_object"),
        (b"null", 422, "not_an_object"),
        (body(sender="a"), 422, "message_missing"),
        (body(sender="a", message=None), 422, "message_missing"),
        (body(sender="a", message=["moi"]), 422, "message_missing"),
        (body(sender="", message="moi"), 422, "sender_invalid"),
        (body(sender=["a"], message="moi"), 422, "sender_invalid"),
        (body(sender=True, message="moi"), 422, "sender_invalid"),
        (body(sender="a" * 129, message="moi"), 422, "sender_invalid"),
        (body(sender="a\x00", message="moi"), 422, "sender_invalid"),
        (body(sender="\ud800", message="moi"), 422, "sender_invalid"),
        (body(sender=" a", message="moi"), 422, "sender_invalid"),
    ],
)
def test_what_is_no_message_gets_a_reason(sent, status, code):
    with pytest.raises(InvalidMessage) as error:
        read_message(sent)
    assert (error.value.status, error.value.code) == (status, code)


@pytest.mark.parametrize(
    ("location", "read"),
    [
        (None, None),
        ({"latitude": 61.49781, "longitude": "23.76103"}, {"latitude": 61.5, "longitude": 23.76}),
        ({"latitude": 61.4978, "longitude": 23.761, "accuracy": 5}, {"latitude": 61.5, "longitude": 23.76}),
    ],
)
def test_a_shared_position_is_rounded_to_about_a_kilometre(location, read):
    assert read_location(location) == read


@pytest.mark.parametrize(
    "location", ["Tampere", {}, {"latitude": 91, "longitude": 0}, {"latitude": "NaN", "longitude": 1}, [1, 2]]
)
def test_what_is_no_position_is_refused_with_a_reason(location):
    with pytest.raises(InvalidMessage, match="latitude"):
        read_location(location)
