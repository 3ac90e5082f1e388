"""The lean front for providers (`/hooks/<public id of a channel>/`), as a plain ASGI callable.

The channel's adapter judges the raw body; it is on disk before the provider is answered 200, and understood afterwards.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from uuid import UUID

import structlog
from django.db import DatabaseError, OperationalError, close_old_connections, connection

from sapa.channels.models import Channel
from sapa.gateway.accounts import get_account
from sapa.gateway.committer import Committer, Tell, TooBusyError
from sapa.gateway.connecting import Account
from sapa.gateway.contract import Challenge, ChannelAdapter, RawRequest, Rejected, Verified
from sapa.gateway.edge import Receive, Scope, Send
from sapa.gateway.reading import BrokenOffError, TooLargeError, read_body
from sapa.gateway.registry import find_adapter
from sapa.gateway.storing import Arrival, head_text
from sapa.lib import clock

log = structlog.get_logger(__name__)

PREFIX = "/hooks/"
MOST_BYTES = 5 * 1024 * 1024
_DOOR_SECONDS = 5.0
_LOOK_AHEAD_SECONDS = 1.0
_DOORS_REMEMBERED = 10_000
_UNKNOWN: tuple[float, None] = (-1.0, None)
_PLAIN = [(b"content-type", b"text/plain; charset=utf-8")]


class _Door(NamedTuple):
    """What a provider's request to one channel needs."""

    business_id: int
    account: Account
    adapter: ChannelAdapter
    is_live: bool


class _AnswerError(Exception):
    """Not stored: what to tell who sent it."""

    def __init__(self, status: int, sentence: str, refused_by: str = "") -> None:
        super().__init__(sentence)
        self.status, self.refused_by = status, refused_by


class Hooks:
    """The ASGI callable for paths below `/hooks/`; whoever makes it ends the committer that it is given."""

    def __init__(self, committer: Committer) -> None:
        self._committer = committer
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sapa-doors")
        self._doors: dict[str, tuple[float, _Door | None]] = {}
        self._looking: dict[str, asyncio.Future[_Door | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            method = scope["method"]
            if method not in _METHODS:
                raise _AnswerError(405, "Send with POST.")
            name = scope["path"][len(PREFIX) :].rstrip("/")
            until, door = self._doors.get(name) or _UNKNOWN
            if until < time.monotonic():
                door = await self._look(name)
            # While a channel is being connected, its provider asks whether the address is ours: that comes before it is live.
            if door is None or not (door.is_live or method == "GET"):
                raise _AnswerError(404, "There is no such channel.")
            headers = dict(scope["headers"])
            body = await read_body(receive, headers, MOST_BYTES)
            path = scope.get("raw_path") or scope["path"].encode()
            taken = _judge(
                door, _request(method, scope["scheme"], path, scope["query_string"], headers, body)
            )
            if isinstance(taken, Arrival):
                await self._committer.store(taken)
                await send(_TAKEN)
                await send(_END)
            else:
                await _answer(send, 200, taken.body, taken.content_type)
        except Exception as error:  # noqa: BLE001 - whatever it is, the provider must hear that it was not stored
            await refuse(send, scope["path"], error)

    def take(
        self, scheme: str, url: bytes, headers: Sequence[tuple[bytes, bytes]], body: bytes, tell: Tell
    ) -> bool:
        """Takes a webhook that can be judged at once; `tell` is called on the loop when it is stored, or with what hindered it.

        False where there is something else to answer than that it is stored: then the callable itself is to be asked.
        """
        path, _, query = url.partition(b"?")
        name = path[len(PREFIX) :].rstrip(b"/").decode("latin-1")
        until, door = self._doors.get(name) or _UNKNOWN
        left = until - time.monotonic()
        if door is None or not door.is_live or left < 0:
            return False
        if left < _LOOK_AHEAD_SECONDS and name not in self._looking:
            self._looked(name)
        try:
            taken = _judge(door, _request("POST", scheme, path, query, dict(headers), body))
            if not isinstance(taken, Arrival):
                return False
            self._committer.store_and_tell(taken, tell)
        except Exception:  # noqa: BLE001 - whatever it is, the callable meets it again and answers it
            return False
        return True

    def end(self) -> None:
        """Ends the thread that looks channels up."""
        self._reader.submit(_close_own_connection)
        self._reader.shutdown(wait=True)

    def _looked(self, name: str) -> asyncio.Future[_Door | None]:
        """One look for all who wait for the same channel."""
        loop = asyncio.get_running_loop()
        under_way = self._looking.get(name)
        if under_way is None or under_way.get_loop() is not loop:
            under_way = loop.run_in_executor(self._reader, _look_up, name)
            self._looking[name] = under_way
            under_way.add_done_callback(partial(self._keep, name, time.monotonic()))
        return under_way

    def _keep(self, name: str, moment: float, looked: asyncio.Future[_Door | None]) -> None:
        self._looking.pop(name, None)
        if looked.cancelled() or looked.exception() is not None:
            return
        if len(self._doors) >= _DOORS_REMEMBERED:
            self._doors.clear()
        found = looked.result()
        if found is None or found.is_live:
            self._doors[name] = (moment + _DOOR_SECONDS, found)
        else:
            self._doors.pop(name, None)

    async def _look(self, name: str) -> _Door | None:
        """A channel with its settings opened; looked up again after 5 s, so that one that is disconnected ends."""
        return await asyncio.shield(self._looked(name))


def _close_own_connection() -> None:
    """Of the thread that runs it: `connection` is another one in each thread."""
    connection.close()


def _look_up(public_id: str) -> _Door | None:
    try:
        known = UUID(public_id)
    except ValueError:
        return None
    try:
        return _find_door(known)
    except DatabaseError:
        close_old_connections()  # the database may have gone and come back: the thread's line to it has not
        raise


def _find_door(known: UUID) -> _Door | None:
    found = Channel.objects.select_related("business").filter(public_id=known).first()
    adapter = find_adapter(found.kind) if found else None
    if found is None or adapter is None:
        return None
    return _Door(found.business_id, get_account(found), adapter, found.is_live)


def _judge(door: _Door, request: RawRequest) -> Arrival | Challenge:
    """What is to be stored, or what the provider asked. Raises `_AnswerError` where neither may be."""
    verdict = door.adapter.verify(request, door.account)
    if isinstance(verdict, Verified) and request.method != "GET":
        return Arrival(door.business_id, door.account.id, request.body, head_text(verdict.head))
    if isinstance(verdict, Challenge):
        return verdict
    if isinstance(verdict, Rejected):
        raise _AnswerError(verdict.status, verdict.why, refused_by=door.account.public_id)
    raise _AnswerError(405, "Send with POST.")


def _request(
    method: str, scheme: str, path: bytes, query: bytes, headers: dict[bytes, bytes], body: bytes
) -> RawRequest:
    """The address is the one that the provider called: some sign it together with the body."""
    if b"x-forwarded-proto" in headers:
        scheme = _text(headers[b"x-forwarded-proto"])
    asked = query.decode("latin-1")
    return RawRequest(
        method,
        f"{scheme}://{_text(headers.get(b'host', b''))}{_text(path)}{'?' if asked else ''}{asked}",
        _Headers(headers),
        body,
        dict(parse_qsl(asked, keep_blank_values=True)) if asked else {},
        clock.now(),
    )


class _Headers(Mapping[str, str]):
    """Header names and values as text, each made when it is asked for: adapters ask for one or two of a dozen."""

    __slots__ = ("_raw",)

    def __init__(self, raw: dict[bytes, bytes]) -> None:
        self._raw = raw

    def __getitem__(self, name: str) -> str:
        try:
            return self._raw[name.encode("latin-1")].decode("latin-1")
        except UnicodeEncodeError as error:
            raise KeyError(name) from error

    def __iter__(self) -> Iterator[str]:
        return map(_text, self._raw)

    def __len__(self) -> int:
        return len(self._raw)


def _text(word: bytes) -> str:
    return word.decode("latin-1")


async def refuse(send: Send, path: str, error: BaseException) -> None:
    """Nothing was stored: says why, and whether to come again."""
    if isinstance(error, _AnswerError):
        if error.refused_by:
            log.info("a hook was refused", channel=error.refused_by, why=str(error))
        await _answer(send, error.status, str(error).encode())
    elif isinstance(error, TooLargeError):
        await _answer(send, 413, f"The body is larger than {MOST_BYTES} bytes.".encode())
    elif isinstance(error, BrokenOffError):
        await _answer(send, 400, b"The body broke off.")
    elif isinstance(error, (OperationalError, TooBusyError)):
        log.warning("intake waits for the database", error=str(error))
        await _answer(send, 503, b"The database is busy; come back in a moment.")
    else:
        log.error("a hook was not taken", path=path, exc_info=error)
        await _answer(send, 500, b"This was not stored; send it again later.")


_METHODS = frozenset(("POST", "GET", "PUT"))
_TAKEN = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
_END = {"type": "http.response.body", "body": b""}


async def _answer(send: Send, status: int, body: bytes, content_type: str = "") -> None:
    headers: list[Any] = [(b"content-length", b"%d" % len(body))]
    if body:
        headers += [(b"content-type", content_type.encode("latin-1"))] if content_type else _PLAIN
    if status == 503:
        headers.append((b"retry-after", b"2"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
