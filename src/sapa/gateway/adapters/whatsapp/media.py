"""The bytes of a file that a customer sent: two calls, both with our token.

Meta, "Retrieve media URL" and "Download media": the address lives five minutes, so one that came in the webhook is tried
first and asked for again when it has gone. Twenty failures an hour lock the download for half an hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from sapa.gateway.adapters._meta.graph import (
    GraphError,
    address,
    bearer,
    download,
    is_meta_host,
    read,
    verdict_on,
)
from sapa.gateway.adapters._meta.shapes import word
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Failure, MediaGoneError, ProviderDownError, TokenDeadError


def fetch(ref: Mapping[str, Any], account: Account, http: httpx.Client) -> Iterator[bytes]:
    """The file. Raises `MediaGoneError`, `TokenDeadError`, `ProviderDownError`."""
    url, media_id = word(ref.get("url")), word(ref.get("id"))
    if url and is_meta_host(url, account):
        try:
            yield from download(http, url, bearer(account))
        except MediaGoneError:
            if not media_id:
                raise
        else:
            return
    if not media_id:
        raise MediaGoneError("The file has no id.")
    yield from download(http, _address_of(media_id, account, http), bearer(account))


def _address_of(media_id: str, account: Account, http: httpx.Client) -> str:
    try:
        response = http.get(address(account, media_id), headers=bearer(account))
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ProviderDownError(type(problem).__name__) from problem
    found = read(response)
    if isinstance(found, GraphError):
        raise _problem(found)
    url = word(found.get("url"))
    if not is_meta_host(url, account):
        raise MediaGoneError("WhatsApp named no address for the file.")
    return url


def _problem(error: GraphError) -> Exception:
    """An unknown id (100/33) is a file that went; a dead token is the channel's; the rest passes."""
    if error.is_graph and error.code == 100:
        return MediaGoneError(error.detail)
    verdict = verdict_on(error.code, error.subcode, {}) if error.is_graph else None
    if verdict is not None and verdict.failure is Failure.TOKEN_DEAD:
        return TokenDeadError(error.detail)
    if error.status in (404, 410):
        return MediaGoneError(error.detail)
    return ProviderDownError(error.detail, error.after)
