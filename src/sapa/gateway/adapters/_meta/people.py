"""Names for ids: Instagram and Messenger tell no name in a message, so the list of conversations is looked at for them.

Meta, "Conversations API": participants of the newest threads. Only names are taken: the list's messages are not, because
the same message would have to bear the same id there as in the webhook, which Meta does not promise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from sapa.gateway.adapters._meta.graph import ask
from sapa.gateway.adapters._meta.shapes import digest_of, mapping, rows, word
from sapa.gateway.adapters._meta.talks import person_of, scoped
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Polled, RawItem
from sapa.gateway.types import Event, PersonDescribed

POLL_SECONDS = 900
_NEWEST = "50"
_MOST_PAGES = 3


def poll_names(
    cursor: Mapping[str, Any], account: Account, http: httpx.Client, *, node: str, base: str
) -> Polled:
    """People of threads that moved since `cursor`. Raises `TokenDeadError`, `ProviderDownError`."""
    since = str(cursor.get("updated") or "")
    params = {"platform": account.kind, "fields": "id,updated_time,participants", "limit": _NEWEST}
    fresh: list[dict[str, Any]] = []
    for _ in range(_MOST_PAGES):
        page = ask(account, http, "GET", f"{node}/conversations", base=base, params=params)
        threads = list(rows(page.get("data")))
        moved = [dict(row) for row in threads if word(row.get("updated_time")) > since]
        fresh += moved
        after = word(mapping(mapping(page.get("paging")).get("cursors")).get("after"))
        if not since or len(moved) < len(threads) or not after:
            break
        params = {**params, "after": after}
    items = tuple(_item(row, account) for row in fresh)
    newest = max([since, *(word(row.get("updated_time")) for row in fresh)])
    return Polled(items, {"updated": newest})


def _item(row: Mapping[str, Any], account: Account) -> RawItem:
    people = mapping(row.get("participants")).get("data")
    body = json.dumps({"participants": {"data": people}}, sort_keys=True).encode()
    return RawItem(digest_of(account.kind, account.account, body.decode()), body)


def read_names(body: Mapping[str, Any], account: Account) -> Iterator[Event]:
    """Everybody in a thread but the shop, by name and handle; undated, since it is no happening."""
    for row in rows(mapping(body.get("participants")).get("data")):
        scoped_id, username = scoped(row.get("id")), word(row.get("username")).strip()
        name = word(row.get("name")).strip()
        if not scoped_id or scoped_id == account.account or not (name or username):
            continue
        if username and username == account.settings.get("username"):
            continue
        yield PersonDescribed(account.ref, person_of(account.kind, scoped_id, name, username))
