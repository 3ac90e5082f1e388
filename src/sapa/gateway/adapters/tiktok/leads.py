"""Filled lead forms of TikTok's ads, from a webhook and from the download of all leads.

TikTok's page about them was not within reach when this was written: the fields are those that public code reads (`entry`
with `changes` of `field` and `value`), and a lead without fields is told as such, so that the download brings it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sapa.gateway.connecting import Account
from sapa.gateway.contract import RawItem
from sapa.gateway.types import Event, FormFilled, Key, Origin, Person, Unsupported
from sapa.gateway.wire import dedupe_key, first, ident, items, moment, moment_of_text, whole, words
from sapa.lib.json import encode

_NAMES = frozenset({"name", "full_name", "full name", "nama", "nama lengkap"})
_PHONES = frozenset(
    {
        "phone",
        "phone_number",
        "phone number",
        "nomor telepon",
        "nomor hp",
        "no hp",
        "whatsapp",
        "nomor whatsapp",
    }
)
_EMAILS = frozenset({"email", "e-mail", "email address", "alamat email"})
# Columns of the download that are about the ad, not typed by the person.
_ABOUT = frozenset(
    """lead_id create_time created_time advertiser_id advertiser_name campaign_id campaign_name adgroup_id adgroup_name
    ad_id ad_name page_id page_name form_id form_name library_id region""".split()
)
_MILLISECONDS_FROM = 10**11


def events_of_leads(body: dict[str, Any], account: Account) -> list[Event]:
    """Each entry of a webhook about leads."""
    return [_event(entry, account, _moment(body.get("time"))) for entry in items(body.get("entry"))]


def items_of_download(text: str) -> tuple[RawItem, ...]:
    """Each row of the downloaded table as the entry that the webhook would have sent."""
    found = []
    for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))):
        named = {_plain(name): value or "" for name, value in row.items() if isinstance(name, str)}
        lead = named.get("lead_id") or dedupe_key(*named.items())
        changes = [
            {"field": name, "value": value}
            for name, value in row.items()
            if isinstance(name, str) and isinstance(value, str) and _plain(name) not in _ABOUT
        ]
        entry = {**{name: named[name] for name in _ABOUT & named.keys()}, "lead_id": lead, "changes": changes}
        entry["create_time"] = named.get("create_time") or named.get("created_time") or ""
        found.append(RawItem(f"lead:{dedupe_key(lead)}", encode({"entry": [entry]})))
    return tuple(found)


def _event(entry: dict[str, Any], account: Account, sent_at: datetime | None) -> Event:
    lead = ident(entry.get("lead_id") or entry.get("id"))
    fields = tuple(_fields(items(entry.get("changes"))))
    at = _moment(entry.get("create_time")) or sent_at
    if not lead or not fields or at is None:
        return Unsupported("lead_without_fields", lead)
    form = first(words(entry.get(name)) for name in ("form_name", "page_name", "page_id", "form_id"))
    return FormFilled(
        channel=account.ref,
        dedupe_key=dedupe_key("tiktok", account.account, "lead", lead),
        person=_person(lead, fields),
        at=at,
        form=form or "TikTok",
        fields=fields,
        origin=Origin("tiktok", first(words(entry.get(name)) for name in ("ad_name", "campaign_name"))),
    )


def _fields(changes: Iterable[dict[str, Any]]) -> Iterable[tuple[str, str]]:
    for change in changes:
        value = change.get("value")
        values = value if isinstance(value, list) else [value]
        text = ", ".join(filter(None, map(words, values)))
        if text and (label := words(change.get("field"))):
            yield label, text


def _person(lead: str, fields: tuple[tuple[str, str], ...]) -> Person:
    """What was typed into an ad's form vouches for nobody, so its keys join no one."""
    typed = {_plain(label): value for label, value in fields}
    keys = [
        Key(kind, typed[label])
        for kind, labels in (("phone", _PHONES), ("email", _EMAILS))
        for label in typed
        if label in labels or label.replace("_", " ") in labels
    ]
    name = first(value for label, value in typed.items() if label in _NAMES)
    whole_name = f"{typed.get('first_name', '')} {typed.get('last_name', '')}".strip()
    return Person(("external", f"tiktok:lead:{lead}"), name or whole_name, tuple(keys), trusted=False)


def _plain(label: str) -> str:
    plain = " ".join(label.casefold().split())
    return plain.replace(" ", "_") if plain.replace(" ", "_") in _ABOUT else plain


def _moment(value: Any) -> datetime | None:
    """Seconds or milliseconds since 1970, or ISO 8601 with its offset."""
    number = whole(value)
    if number is None:
        return moment_of_text(value)
    return moment(number, per_second=1000 if number >= _MILLISECONDS_FROM else 1)
