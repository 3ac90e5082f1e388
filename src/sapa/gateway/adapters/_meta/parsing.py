"""A stored body of Instagram or Messenger becomes events, and the bytes of its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx

from sapa.gateway.adapters._meta.graph import download, is_meta_host
from sapa.gateway.adapters._meta.people import read_names
from sapa.gateway.adapters._meta.shapes import read_object, rows, word
from sapa.gateway.adapters._meta.talks import read_talks, scoped
from sapa.gateway.connecting import Account
from sapa.gateway.contract import MediaGoneError, RawItem, RawRequest
from sapa.gateway.types import Event, Unsupported

Reader = Callable[[Mapping[str, Any], Account], Iterator[Event]]


def parse(
    raw: RawRequest | RawItem, account: Account, *, object_name: str, read_changes: Reader | None = None
) -> list[Event]:
    """The events in the order they stand. Total: what is not understood is `Unsupported`.

    `read_changes` reads `entry[].changes[]`, where the channel has something there.
    """
    body = read_object(raw.body)
    if body is None:
        return [Unsupported(f"{account.kind}.unreadable")]
    if isinstance(raw, RawItem):
        return list(read_names(body, account))
    if body.get("object") != object_name:
        return [Unsupported(f"{account.kind}.other_object", word(body.get("object"))[:300])]
    events: list[Event] = []
    for entry in rows(body.get("entry")):
        if account.account and scoped(entry.get("id")) != account.account:
            events.append(Unsupported(f"{account.kind}.other_account", scoped(entry.get("id"))))
            continue
        events += read_talks(entry, account)
        if read_changes is not None:
            events += read_changes(entry, account)
        else:
            fields = (word(change.get("field")) for change in rows(entry.get("changes")))
            events += [Unsupported(f"{account.kind}.{field}"[:60]) for field in fields]
    return events or [Unsupported(f"{account.kind}.empty")]


def fetch(ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
    """The file behind an address of Meta's own machines, which needs no token and expires with the story or in days."""
    url = word(ref.get("url"))
    if not is_meta_host(url, account):
        raise MediaGoneError("The file's address is not Meta's.")
    yield from download(http, url, {})
