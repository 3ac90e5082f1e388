"""Phone numbers as people write them become E.164, each number in one way only.

Rests on `phonenumbers`, but never hands it an Indonesian number with the country code and no plus:
`phonenumbers.parse("62811812345", "ID")` yields +6262811812345 and calls it valid (google/libphonenumber#1995).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_LABEL = re.compile(
    r"^\W*(?:(?:no|nomor|nomer|hp|wa|whatsapp|telp|tlp|telepon|tel|telephone|phone|mobile|cell|fax)\b[\s.:=/]*)+",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?(?:.*&)?phone=|whatsapp://send/?\?(?:.*&)?phone=)(?:\+|%2B)?(\d+)",
    re.IGNORECASE,
)
_WHATSAPP_ID = re.compile(r"^(\d+)(?::\d+)?@(?:s\.whatsapp\.net|c\.us)$", re.IGNORECASE)
_WRITTEN = re.compile(r"^\(?\+?[\d\s().\-/‐-―−_]+$")
_WHOLE_FLOAT = re.compile(r"^\+?(\d+)[.,]0+$")
_SCIENTIFIC = re.compile(r"^(\d)(?:[.,](\d+))?e\+?(\d{1,2})$", re.IGNORECASE)
_MASK_SIGNS = re.compile(r"[*•●∗＊█]")
_MASKED_NUMBER = re.compile(r"^[\d\s+().\-]*x{2,}[\d\s+().\-x]*$", re.IGNORECASE)
_OVERFLOWN_CELL = re.compile(r"^#{3,}$")

_INDONESIAN_MOBILE = re.compile(r"^8[1-35-9]\d{7,10}$")
_INDONESIAN_MINIMUM = 8  # shorter ones are service numbers such as 1500123, which are nobody's own
_DIAL_OUT = ("00", "001", "007", "008", "01017")
_LEAST, _MOST = 8, 17  # digits as written, with every prefix; E.164 allows 15


# A plus and fifteen digits (ITU-T E.164); the library knows longer ones, which nobody can dial from abroad.
_LONGEST = 16


def is_masked(value: object) -> bool:
    """Whether a value was made unreadable on purpose: `B***i`, `*****12`, `0812xxxx45`, a cell of `####`."""
    text = str(value).strip() if value is not None else ""
    return bool(_MASK_SIGNS.search(text) or _MASKED_NUMBER.match(text) or _OVERFLOWN_CELL.match(text))


def normalise_phone(raw: str | float, region: str = "ID", *, international: bool = False) -> str | None:
    """The number in E.164 (`+6281234567890`), or None where `raw` is no single readable, valid number.

    `region` (ISO 3166 two letters) is the country of numbers written without one. `international` says that
    the digits begin with a country code (a WhatsApp id). Numbers from cells may have lost their leading zero;
    a cell that was rounded to `8.12E+10` has lost digits and gives None. Mexican and Brazilian mobile numbers
    come in their present form (no `1` after 52, nine digits after the area code).
    """
    text = _as_text(raw)
    if text is None or is_masked(text):
        return None
    linked = _LINK.search(text) or _WHATSAPP_ID.match(text)
    if linked:
        return _from_digits(linked.group(1), region, plus=True)
    text = _LABEL.sub("", text)
    if not _WRITTEN.match(text):
        return None
    digits = re.sub(r"\D", "", text)
    return _from_digits(digits, region, plus=international or text.lstrip("(").startswith("+"))


def _as_text(raw: Any) -> str | None:
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, int):
        return str(raw) if raw > 0 else None
    if isinstance(raw, float):
        return str(int(raw)) if 0 < raw < 1e17 and raw.is_integer() else None
    text = str(raw)
    if not text.isascii():
        text = _plain(text)
    text = " ".join(text.split()).lstrip("'\"=").strip("'\",; ")
    if whole := _WHOLE_FLOAT.match(text):
        return whole.group(1)
    if scientific := _SCIENTIFIC.match(text):
        return _from_scientific(*scientific.groups(default=""))
    return text


def _plain(text: str) -> str:
    """Digits of every script as 0 to 9, without the invisible marks of direction that address books add."""
    return "".join(
        str(unicodedata.digit(char)) if char.isdigit() else char
        for char in unicodedata.normalize("NFKC", text)
        if unicodedata.category(char) != "Cf"
    )


def _from_scientific(first: str, rest: str, power: str) -> str | None:
    return first + rest + "0" * (int(power) - len(rest)) if len(rest) >= int(power) - 1 else None


def _from_digits(digits: str, region: str, *, plus: bool) -> str | None:
    if not _LEAST <= len(digits) <= _MOST:
        return None
    if plus and not digits.startswith("0"):
        return _with_country(digits)
    if digits.startswith("00"):
        return _dialled_out(digits)
    if region == "ID":
        return _indonesian_without_plus(digits)
    return _elsewhere(digits, region)


def _with_country(digits: str) -> str | None:
    return _indonesian(digits[2:]) if digits.startswith("62") else _foreign(digits)


def _dialled_out(digits: str) -> str | None:
    for prefix in _DIAL_OUT:
        if digits.startswith(prefix) and (found := _with_country(digits[len(prefix) :].lstrip("0"))):
            return found
    return None


def _indonesian_without_plus(digits: str) -> str | None:
    if digits.startswith("01017"):
        return _dialled_out(digits) or _indonesian(digits)
    if digits.startswith("0"):
        return _indonesian(digits)
    if digits.startswith("62"):
        return _indonesian(digits[2:])
    if _INDONESIAN_MOBILE.match(digits):
        return f"+62{digits}"
    at_home, abroad = _indonesian(digits), _foreign(digits)
    # 6591234567 may be Singapore's mobile or a landline in Aceh that lost its zero: customers write from mobiles.
    return abroad if abroad and (at_home is None or _is_mobile(abroad)) else at_home


def _indonesian(national: str) -> str | None:
    """E.164 of an Indonesian number without country code; zeros and a doubled 62 before it are dropped."""
    national = national.lstrip("0")
    if _INDONESIAN_MOBILE.match(national):
        return f"+62{national}"
    undoubled = national.removeprefix("62").lstrip("0") if national.startswith("62") else ""
    # 0628 is also an area code (Kabanjahe), but its numbers are too short to hold a mobile number.
    if _INDONESIAN_MOBILE.match(undoubled):
        return f"+62{undoubled}"
    for candidate in (national, undoubled):
        if len(candidate) >= _INDONESIAN_MINIMUM and _valid(f"+62{candidate}"):
            return f"+62{candidate}"
    return None


def _foreign(digits: str) -> str | None:
    return _valid(f"+{_present_form(digits)}")


def _present_form(digits: str) -> str:
    """Mexico dropped the 1 of mobiles, Brazil put a 9 before them; WhatsApp still sends the old forms."""
    if digits.startswith("521") and len(digits) == 13:
        return "52" + digits[3:]
    if digits.startswith("55") and len(digits) == 12 and digits[4] in "6789":
        return f"{digits[:4]}9{digits[4:]}"
    return digits


def _elsewhere(digits: str, region: str) -> str | None:
    return _valid(digits, region) or _with_country(digits)


def _valid(written: str, region: str | None = None) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    e164 = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return e164 if len(e164) <= _LONGEST else None


def _is_mobile(e164: str) -> bool:
    import phonenumbers

    return bool(
        phonenumbers.number_type(phonenumbers.parse(e164, None)) == phonenumbers.PhoneNumberType.MOBILE
    )


def format_phone(e164: str) -> str:
    """For people: `+62 812-3456-7890`; what is no E.164 number comes back as it is."""
    import phonenumbers

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def last_digits(value: str, count: int = 4) -> str:
    """The last `count` digits of a written number."""
    return re.sub(r"\D", "", value)[-count:]
