"""Whatever is sent, a message is ordinary text, bounded, without codes of persons, and never a Rasa command."""

import json
import string
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.training_data.message import Message

from bot.channels.incoming import MAXIMUM_LENGTH, InvalidMessage, clean_message, read_message
from bot.channels.masking import EMAIL_ADDRESS, IDENTITY_CODE, TELEPHONE_NUMBER, mask_personal_codes

any_text = st.text(alphabet=st.characters(), max_size=200)  # lone surrogates, NUL and controls included
words = st.text(alphabet=string.ascii_letters + "åäö .,!", max_size=40)


@given(any_text | st.text(alphabet='/ \u200b\u200d\x00@{}":aä\n', max_size=30))
def test_no_text_reaches_rasa_as_a_command(text):
    cleaned = clean_message(text)
    message = Message.build(cleaned)
    assert YAMLStoryReader.unpack_regex_message(message) is message


@given(any_text)
def test_a_cleaned_message_is_ordinary_text_on_one_line(text):
    cleaned = clean_message(text)
    assert cleaned == cleaned.strip()
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode()  # no lone surrogates
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in cleaned)


@given(st.text(alphabet="ab ä0-+", min_size=1, max_size=50), st.integers(MAXIMUM_LENGTH, 100_000))
def test_a_long_message_keeps_its_beginning_and_its_end(text, length):
    text = (text * length)[:length]
    cleaned = clean_message(f"alku {text} loppu")
    assert len(cleaned) <= MAXIMUM_LENGTH
    assert cleaned.startswith("alku")
    assert cleaned.endswith("loppu")


@st.composite
def identity_codes(draw):
    day, month, year = draw(st.integers(1, 31)), draw(st.integers(1, 12)), draw(st.integers(0, 99))
    number = draw(st.integers(2, 999))
    digits = f"{day:02}{month:02}{year:02}{number:03}"
    check = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(digits) % 31]
    sign = draw(st.sampled_from("-+ABCDEFUVWXY–‑"))
    code = f"{digits[:6]}{sign}{digits[6:]}{check}"
    return draw(st.sampled_from([code, code.lower()]))


@given(words, identity_codes(), words)
def test_a_personal_identity_code_never_stays(before, code, after):
    masked = mask_personal_codes(f"{before} {code} {after}")
    assert code not in masked
    assert IDENTITY_CODE in masked


@st.composite
def mobile_numbers(draw):
    prefix = draw(st.sampled_from(["040", "041", "0457", "050", "+358 40", "+35850", "0035844", "(040)"]))
    digits = draw(st.text(alphabet=string.digits, min_size=6, max_size=8))
    cuts = draw(st.sets(st.integers(1, len(digits) - 1), max_size=2))
    separator = draw(st.sampled_from([" ", "-", ""]))
    grouped = "".join(separator * (i in cuts) + digit for i, digit in enumerate(digits))
    return f"{prefix}{draw(st.sampled_from(['', ' ', '-']))}{grouped}"


@given(words, mobile_numbers(), words)
def test_a_mobile_number_never_stays(before, number, after):
    masked = mask_personal_codes(f"{before} {number} {after}")
    assert number not in masked
    assert TELEPHONE_NUMBER in masked


@given(
    words,
    st.from_regex(r"[a-z0-9åäö][a-z0-9.+_-]{0,20}@[a-z0-9]{1,10}(\.[a-z]{2,6}){1,2}", fullmatch=True),
    words,
)
def test_an_email_address_never_stays(before, address, after):
    masked = mask_personal_codes(f"{before} {address} {after}")
    assert address not in masked
    assert EMAIL_ADDRESS in masked


@given(any_text)
def test_masking_twice_is_masking_once(text):
    masked = mask_personal_codes(text)
    assert mask_personal_codes(masked) == masked


@given(st.binary(max_size=300) | any_text.map(lambda text: json.dumps(text).encode()))
def test_any_body_is_a_message_or_gets_a_reason(body):
    try:
        message = read_message(body)
    except InvalidMessage as error:
        assert 400 <= error.status < 500
        assert error.reason
    else:
        assert message.sender


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=5,
)


@given(st.fixed_dictionaries({}, optional={"sender": json_values, "message": json_values, "metadata": json_values}))
def test_any_fields_are_a_message_or_get_a_reason(fields):
    try:
        message = read_message(json.dumps(fields).encode())
    except InvalidMessage as error:
        assert error.status == 422
    else:
        assert isinstance(fields["message"], str)
        assert message.text == clean_message(fields["message"])
