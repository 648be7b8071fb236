"""Personal identity codes, telephone numbers and e-mail addresses are masked before anything is stored.

A masked text says what stood there, so that a conversation still makes sense: ``[henkilötunnus]``,
``[puhelinnumero]`` and ``[sähköpostiosoite]``. Numbers that belong to services rather than people stay readable: a
person may ask about them, and they are public.

Sources: the form of the personal identity code, with the intermediate characters taken into use in 2023, is
Digital and Population Data Services Agency's (dvv.fi, "Reform of personal identity code"); the number ranges
are Traficom's numbering plan (national and subscriber prefixes).
"""

import re
import unicodedata

IDENTITY_CODE = "[henkilötunnus]"
TELEPHONE_NUMBER = "[puhelinnumero]"
EMAIL_ADDRESS = "[sähköpostiosoite]"

_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_DASHES = r"\-‐‑‒–—−"
_CENTURY_SIGNS = "+A-FU-Y"  # 1800s: +, 1900s: - and U-Y, 2000s: A-F
_CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_BIRTHDAY = r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d"  # day, month, year

# Birthday, sign of the century, individual number, check character.
_IDENTITY_CODE = re.compile(
    rf"(?<!\d){_BIRTHDAY} ?[{_CENTURY_SIGNS}{_DASHES}] ?\d{{3}} ?(?:\d(?!\d)|[A-Y])",
    re.IGNORECASE | re.ASCII,
)
_IDENTITY_CODE_WITHOUT_SIGN = re.compile(rf"(?<!\d)({_BIRTHDAY}) ?(\d{{3}}) ?([A-Y])", re.IGNORECASE | re.ASCII)

# Seven digits or more that begin with 0, + or the country code of Finland, in groups separated by at most two of
# space, dash and bracket.
_TELEPHONE_NUMBER = re.compile(
    rf"(?<![0-9+,.])(?:\+|\(?0|358 ?(?=[1-9]))\d(?:[ ()/{_DASHES}]{{0,2}}\d){{5,14}}(?![0-9])",
    re.ASCII,
)
_DOTTED_MOBILE_NUMBER = re.compile(r"(?<![0-9+,.])0(?:4\d|50)\d?\.\d{2,4}(?:[. ]?\d{2,4}){1,2}(?![0-9])", re.ASCII)
_DATE = re.compile(rf"0[1-9][ {_DASHES}/]?(?:0[1-9]|1[0-2])[ {_DASHES}/]?(?:19|20)\d\d", re.ASCII)

# With @, or as it is written to escape machines: matti (at) esimerkki.fi, matti ät esimerkki piste fi.
_AT = r"(?:@| ?[(\[] ?(?:at|ät|@) ?[)\]] ?| ät )"
_DOT = r"(?:\.| ?[(\[]?piste[)\]]? ?)"
_EMAIL_ADDRESS = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,5}}",
    re.IGNORECASE,
)

# Free, premium and company numbers by range; of the others, the crisis lines of MIELI and of the church.
_COMPANY_PREFIXES = ("0600", "0700", "0800", "010", "020", "029", "030", "071", "073", "075")
_CRISIS_LINES = ("0925250", "0400221180")


def _identity_code_without_sign(match: re.Match[str]) -> str:
    birthday, number, check = match.groups()
    is_code = _CHECK_CHARACTERS[int(birthday + number) % 31] == check.upper()
    return IDENTITY_CODE if is_code else match[0]


def _telephone_number(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    national = re.sub(r"^(?:00)?358(?=\d{5})0?", "0", digits)
    is_public = national.startswith(_COMPANY_PREFIXES + _CRISIS_LINES) or _DATE.fullmatch(match[0])
    return match[0] if is_public else TELEPHONE_NUMBER


def mask_personal_codes(text: str) -> str:
    """Returns `text` with personal identity codes, people's telephone numbers and e-mail addresses replaced by what
    they are, and digits of other scripts by ours.

    A code with a wrong check character is masked too: a slip of one key leaves it just as telling. Numbers of
    services stay as they are: short ones (112, 116 111) and those of the ranges 0800, 0600, 010, 020, 029,
    030 and the like.

    >>> mask_personal_codes("oon 131052-308T, soita 040 123 4567 tai 116 111")
    'oon [henkilötunnus], soita [puhelinnumero] tai 116 111'
    """
    text = _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
    text = _EMAIL_ADDRESS.sub(EMAIL_ADDRESS, text)
    text = _IDENTITY_CODE.sub(IDENTITY_CODE, text)
    text = _IDENTITY_CODE_WITHOUT_SIGN.sub(_identity_code_without_sign, text)
    text = _DOTTED_MOBILE_NUMBER.sub(TELEPHONE_NUMBER, text)
    return _TELEPHONE_NUMBER.sub(_telephone_number, text)
