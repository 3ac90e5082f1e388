"""The lean front for programs that send events (`/v1/*`, the Segment HTTP API), as a plain ASGI callable.

A program is answered 200 only after its body is on disk; where the disk is too busy it is told to come back.
Protocol: Segment's HTTP Tracking API (Basic auth with the write key as user name, or `writeKey` in the body).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import structlog
from django.db import DatabaseError, OperationalError, close_old_connections, connection

from sapa.channels.queries import find_channel_by_write_key, is_server_key
from sapa.gateway.committer import Committer, TooBusyError
from sapa.gateway.reading import MOST_BYTES, BrokenOffError, TooLargeError, read_body
from sapa.gateway.segment.bodies import CALLS, RefusedError, stored_body, unpack, verify_body
from sapa.gateway.storing import Arrival

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

log = structlog.get_logger(__name__)

PREFIX = "/v1/"
_KEY_SECONDS = 5.0
_KEYS_REMEMBERED = 10_000
_CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-headers", b"authorization, content-type"),
    (b"access-control-allow-methods", b"POST, OPTIONS"),
    (b"access-control-max-age", b"86400"),
]


class Edge:
    """The ASGI callable for paths below `/v1/`; whoever makes it ends the committer that it is given."""

    def __init__(self, committer: Committer) -> None:
        self._committer = committer
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sapa-keys")
        self._keys: dict[str, tuple[float, tuple[int, int] | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["method"] == "OPTIONS":
                await _answer(send, 204, b"")
                return
            await self._take(scope, receive)
        except RefusedError as refusal:
            await _answer(send, refusal.status, _said(success=False, message=str(refusal)))
        except TooLargeError:
            sentence = f"The body is larger than {MOST_BYTES} bytes; send smaller batches."
            await _answer(send, 413, _said(success=False, message=sentence))
        except BrokenOffError:
            await _answer(send, 400, _said(success=False, message="The body broke off."))
        except (OperationalError, TooBusyError) as error:
            log.warning("intake waits for the database", error=str(error))
            await _answer(
                send, 503, _said(success=False, message="The database is busy; come back in a moment.")
            )
        else:
            await _answer(send, 200, _said(success=True))

    def end(self) -> None:
        """Ends the thread that looks keys up."""
        self._reader.submit(_close_own_connection)
        self._reader.shutdown(wait=True)

    async def _take(self, scope: Scope, receive: Receive) -> None:
        call = scope["path"].removeprefix(PREFIX).rstrip("/")
        call = {"b": "batch", "t": "track", "p": "page", "i": "identify"}.get(call, call)
        if call not in CALLS:
            raise RefusedError(404, f"There is no call {call!r}; there are {', '.join(sorted(CALLS))}.")
        if scope["method"] != "POST":
            raise RefusedError(405, "Send events with POST.")
        headers = dict(scope["headers"])
        body = unpack(
            await read_body(receive, headers), headers.get(b"content-encoding", b"").decode("latin-1").lower()
        )
        content = verify_body(call, body)
        key = _write_key(headers, content)
        owner = await self._owner(key)
        await self._committer.store(Arrival(*owner, stored_body(call, body, from_server=is_server_key(key))))

    async def _owner(self, key: str) -> tuple[int, int]:
        """(business id, channel id) of a write key; looked up again after 5 s, so that a withdrawn key ends."""
        moment = time.monotonic()
        known = self._keys.get(key)
        if known is None or known[0] < moment:
            if len(self._keys) >= _KEYS_REMEMBERED:
                self._keys.clear()
            found = await asyncio.get_running_loop().run_in_executor(self._reader, _look_up, key)
            known = self._keys[key] = (moment + _KEY_SECONDS, found)
        if known[1] is None:
            raise RefusedError(401, "This write key is not known; `sapa write-key` makes one.")
        return known[1]


def _close_own_connection() -> None:
    """Of the thread that runs it: `connection` is another one in each thread."""
    connection.close()


def _look_up(key: str) -> tuple[int, int] | None:
    try:
        channel = find_channel_by_write_key(key)
    except DatabaseError:
        close_old_connections()  # the database may have gone and come back: the thread's line to it has not
        raise
    return None if channel is None else (channel.business_id, channel.id)


def _write_key(headers: dict[bytes, bytes], content: dict[str, Any]) -> str:
    given = headers.get(b"authorization", b"")
    if given[:6].lower() == b"basic ":
        try:
            return base64.b64decode(given[6:], validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError) as error:
            raise RefusedError(401, "The Authorization header cannot be read.") from error
    key = content.get("writeKey")
    return key if isinstance(key, str) else ""


def _said(*, success: bool, message: str = "") -> bytes:
    return msgspec.json.encode({"success": success} | ({"message": message} if message else {}))


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *_CORS]
    if status == 503:
        headers.append((b"retry-after", b"2"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
