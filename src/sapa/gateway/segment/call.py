"""One Segment payload with its parts at hand, whatever was sent."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from sapa.gateway.types import Key, Person

_CLICK_IDS: tuple[tuple[str, str, str], ...] = (
    ("gclid", "google", "cpc"),
    ("gbraid", "google", "cpc"),
    ("wbraid", "google", "cpc"),
    ("ttclid", "tiktok", "cpc"),
    ("ctwa_clid", "whatsapp", "cpc"),
    ("ctwa", "whatsapp", "cpc"),
    ("fbclid", "facebook", ""),
)
_UTM = ("source", "medium", "campaign", "content", "term")
_PHONE = re.compile(r"^\+?\d[\d\s().-]{8,16}$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MOST = 10**13
_MINOR_DIGITS = {"IDR": 0, "JPY": 0, "KRW": 0, "VND": 0, "CLP": 0}

Payload = Mapping[str, Any]


class NotUnderstoodError(Exception):
    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail[:80]


class Call:
    """One payload with its parts at hand, each of them a mapping or a text whatever was sent."""

    def __init__(self, payload: Payload, at: datetime, from_shop: bool, currency: str) -> None:
        self.payload = payload
        self.at = at
        self.from_shop = from_shop
        self.properties = mapping_of(payload.get("properties"))
        self.context = mapping_of(payload.get("context"))
        self.traits = {**mapping_of(self.context.get("traits")), **mapping_of(payload.get("traits"))}
        self.page = mapping_of(self.context.get("page"))
        self.user = text_of(payload.get("userId"), 200)
        self.visitor = text_of(payload.get("anonymousId"), 200)
        self.currency = (text_of(self.properties.get("currency"), 3) or currency).upper()

    def url(self) -> str:
        return text_of(self.properties.get("url"), 2000) or text_of(self.page.get("url"), 2000)

    def path(self) -> str:
        """The page's path, without query, fragment and addresses in it: those may hold what people typed."""
        said = text_of(self.properties.get("path"), 500) or text_of(self.page.get("path"), 500)
        try:
            path = urlsplit(said).path or urlsplit(self.url()).path
        except ValueError:
            return ""
        return "/".join("" if "@" in part or "%40" in part else part for part in path.split("/"))[:200]

    def referrer(self) -> str:
        """The host that the visitor came from; nothing where it is the same site."""
        said = text_of(self.properties.get("referrer"), 2000) or text_of(self.page.get("referrer"), 2000)
        host = host_of(said or text_of(mapping_of(self.context.get("referrer")).get("url"), 2000))
        return "" if host == host_of(self.url()) else host

    def link(self) -> dict[str, str]:
        """UTM of the campaign or of the address; a click id stands in where there is none."""
        campaign = mapping_of(self.context.get("campaign"))
        try:
            query = parse_qs(urlsplit(self.url()).query)
        except ValueError:
            query = {}
        said: dict[str, str] = {}
        for name in _UTM:
            value = text_of(campaign.get("name" if name == "campaign" else name), 120)
            if value := value or text_of(query.get(f"utm_{name}", [""])[0], 120):
                said[f"utm_{name}"] = value
        for click, source, medium in _CLICK_IDS:
            if click in query or campaign.get(click):
                said.setdefault("utm_source", source)
                if medium:
                    said.setdefault("utm_medium", medium)
                break
        return said

    def person(self, *, typed: Payload | None = None, is_order: bool = False) -> Person:
        """The one who acted; `typed` are properties that may hold keys. Raises where the call names nobody."""
        if not self.user and not self.visitor:
            raise NotUnderstoodError("event_without_person")
        record = ("visitor", self.visitor) if self.visitor else ("user", self.user)
        keys = [Key("user", self.user)] if self.user else []
        if "@" in self.user:
            keys.append(Key("email", self.user))
        elif self.user.startswith(("+", "08", "62")) and _PHONE.match(self.user):
            keys.append(Key("phone", self.user))
        for source in (self.traits, typed or {}):
            keys += [
                Key(kind, value) for kind in ("email", "phone") if (value := text_of(source.get(kind), 200))
            ]
        trusted = self.from_shop and (bool(self.user) or is_order)
        return Person(record, _name(self.traits), tuple(dict.fromkeys(keys)), trusted)

    def key(self) -> str:
        """The event's own id, else one made of the whole payload."""
        if own := text_of(self.payload.get("messageId"), 200):
            return f"segment:{own}"
        said = json.dumps(self.payload, sort_keys=True, default=str)
        return f"segment:{hashlib.blake2b(said.encode(errors='replace'), digest_size=12).hexdigest()}"


def moment_of(payload: Payload, timezone: ZoneInfo) -> datetime | None:
    for name in ("timestamp", "originalTimestamp", "sentAt", "receivedAt"):
        said = payload.get(name)
        if not isinstance(said, str) or not said:
            continue
        try:
            at = datetime.fromisoformat(said.strip())
            at = at if at.tzinfo else at.replace(tzinfo=timezone)
            at.astimezone(ZoneInfo("UTC"))
        except (ValueError, OverflowError):
            continue
        if 1990 <= at.year <= 2100:
            return at
    return None


def value_of(call: Call) -> int | None:
    """What a behaviour was about in money; a value that is no amount is left out, since the behaviour stands."""
    for name in ("value", "price", "total", "revenue"):
        try:
            if (amount := amount_of(call, name)) is not None:
                return amount
        except NotUnderstoodError:
            continue
    return None


def amount_of(call: Call, name: str) -> int | None:
    """A property of the event in minor units. Raises `NotUnderstoodError` where it is no amount."""
    return minor_units(call.properties.get(name), call.currency)


def minor_units(value: object, currency: str) -> int | None:
    """Minor units of a JSON number or a text with a decimal point; None where nothing is said."""
    if value is None or value == "" or isinstance(value, (bool, list, dict)):
        return None
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        raise NotUnderstoodError("event_amount_unreadable", str(value)) from None
    if not amount.is_finite() or not 0 <= amount < _MOST:
        raise NotUnderstoodError("event_amount_unreadable", str(value))
    return int((amount * 10 ** _MINOR_DIGITS.get(currency, 2)).to_integral_value(rounding="ROUND_HALF_UP"))


def seconds_of(properties: Payload) -> int | None:
    for name in ("seconds", "duration", "time_on_page", "engagement_seconds"):
        value = properties.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 86_400:
            return round(value)
    return None


def _name(traits: Payload) -> str:
    whole = text_of(traits.get("name"), 200)
    first = text_of(traits.get("firstName") or traits.get("first_name"), 100)
    return whole or f"{first} {text_of(traits.get('lastName') or traits.get('last_name'), 100)}".strip()


def mapping_of(value: object) -> dict[str, Any]:
    return {str(name): held for name, held in value.items()} if isinstance(value, Mapping) else {}


def text_of(value: object, most: int) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    said = _CONTROL.sub("", str(value)).encode("utf-8", "replace").decode("utf-8")
    return " ".join(said.split())[:most]


def plain_words(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()).split())


def host_of(url: str) -> str:
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")[:120]
