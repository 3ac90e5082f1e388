"""The visitors' front (`/widget/<public key>/…`), as a plain ASGI callable beside the intake.

It judges origin, visitor, size and pace, and hands what is to be kept to the intake (`/hooks/<public key>/`), signed.
Calls are POST with a JSON body sent as text, so that a browser asks no leave first; `file/<id>` is GET.
hello: what the shop is, and a credential for a new visitor · send, seen: messages and receipts · views: pages looked
at · thread: the visitor's own messages, waiting up to 25 s for news · upload: a file to send.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qs

import msgspec
import structlog
from django.db import OperationalError, close_old_connections, connection
from django.utils import translation
from django.utils.translation import gettext as _

from sapa.gateway.adapters.web.door import door_headers
from sapa.gateway.adapters.web.origins import is_allowed
from sapa.gateway.adapters.web.visitors import find_visitor, new_credential
from sapa.gateway.reading import BrokenOffError, TooLargeError, read_body
from sapa.gateway.web import files, limits, threads
from sapa.gateway.web.bodies import RefusedError, message_body, seen_body, views_body
from sapa.gateway.web.limits import Limit, Limiter
from sapa.gateway.web.sites import LANGUAGES, Site, find_site, tell_shop
from sapa.gateway.web.waiting import TooManyWaitError, Waiting

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Found = TypeVar("Found")

log = structlog.get_logger(__name__)

PREFIX = "/widget/"
MOST_BYTES = 64 * 1024
WAIT_SECONDS = 25.0
_SITE_SECONDS = 5.0
_SITES_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Call:
    """One request, its site found and its origin allowed."""

    site: Site
    public_id: str
    part: str
    rest: str
    origin: str
    address: str
    query: dict[str, list[str]]
    scope: Scope
    receive: Receive


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[bytes, bytes], ...] = ()


_READERS = 2


class Front:
    """The ASGI callable for paths below `/widget/`. `hooks` is the intake, `tell_time` the clock of the edge."""

    def __init__(self, hooks: App, tell_time: Callable[[], datetime]) -> None:
        self._hooks = hooks
        self._tell_time = tell_time
        self._limiter = Limiter()
        self._sites: dict[str, tuple[float, Site | None]] = {}
        self._reader = ThreadPoolExecutor(max_workers=_READERS, thread_name_prefix="sapa-widget")
        self._waiting = Waiting(lambda after, seen: self._in_thread(partial(threads.list_moved, after, seen)))
        self._parts: dict[str, Callable[[Call], Awaitable[Answer]]] = {
            "hello": self._hello,
            "send": self._send,
            "seen": self._seen,
            "views": self._views,
            "thread": self._thread,
            "upload": self._upload,
            "file": self._file,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = ""
        try:
            call = await self._call(scope, receive)
            origin = call.origin
            with translation.override(_language(call)):
                answer = await self._answered(call)
        except RefusedError as refusal:
            answer = _refused(refusal)
        await _send_answer(send, answer, origin)

    def stop_waiting(self) -> None:
        """Answers everybody who waits; called on the event loop when the process is asked to end."""
        self._waiting.stop()

    def end(self) -> None:
        """Ends the threads."""
        together = threading.Barrier(_READERS)
        for _thread in range(_READERS):
            self._reader.submit(_close_own_connection, together)
        self._reader.shutdown(wait=True)

    async def _call(self, scope: Scope, receive: Receive) -> Call:
        public_id, _slash, rest = scope["path"].removeprefix(PREFIX).partition("/")
        part, _slash, rest = rest.strip("/").partition("/")
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        address = (scope.get("client") or ("",))[0]
        if not self._limiter.allows(limits.CALLS_OF_ADDRESS, address):
            raise _slow()
        site = await self._site(public_id)
        if site is None or part not in self._parts:
            raise RefusedError(404, "unknown", "There is no such site or call.")
        host = headers.get(b"host", b"").decode("latin-1")
        by_link = part == "file"
        if not by_link and not is_allowed(origin, site.account.settings, own_host=host):
            raise RefusedError(403, "origin", f"The site {origin[:200]!r} is not one of this shop's sites.")
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        return Call(site, public_id, part, rest, origin, address, query, scope, receive)

    async def _answered(self, call: Call) -> Answer:
        try:
            return await self._answer(call)
        except TooManyWaitError:
            return _refused(
                RefusedError(429, "slow", _("Obrolan terbuka di terlalu banyak tab. Tutup sebagian."))
            )
        except OperationalError as error:
            log.warning("the chat bubble waits for the database", error=str(error))
            return _refused(_busy())

    async def _answer(self, call: Call) -> Answer:
        method = call.scope["method"]
        if method == "OPTIONS":
            return Answer(204, b"")
        if method != ("GET" if call.part == "file" else "POST"):
            raise RefusedError(405, "method", "Calls are made with POST.")
        return await self._parts[call.part](call)

    async def _hello(self, call: Call) -> Answer:
        said = await _said(call)
        secret = call.site.secret
        visitor = find_visitor(said.get("visitor"), secret)
        told = tell_shop(call.site, language=_language(call), now=self._tell_time())
        told["known"] = bool(visitor)
        if said.get("new") is True and not visitor:
            self._check(limits.NEW_VISITORS_OF_ADDRESS, call.address)
            told["visitor"] = new_credential(secret)
        return _json(told)

    async def _send(self, call: Call) -> Answer:
        said = await _said(call)
        visitor = self._visitor(call, said)
        self._check(limits.MESSAGES_OF_VISITOR, visitor)
        self._check(limits.MESSAGES_OF_ADDRESS, call.address)
        return await self._hand_on(call, message_body(said, visitor=visitor, site=call.site))

    async def _seen(self, call: Call) -> Answer:
        said = await _said(call)
        visitor = self._visitor(call, said)
        self._check(limits.VIEWS_OF_VISITOR, visitor)
        return await self._hand_on(call, seen_body(said, visitor=visitor))

    async def _views(self, call: Call) -> Answer:
        said = await _said(call)
        if call.site.account.settings.get("track") == "never":
            raise RefusedError(403, "never", "This shop does not count pages.")
        visitor = self._visitor(call, said)
        self._check(limits.VIEWS_OF_VISITOR, visitor)
        return await self._hand_on(call, views_body(said, visitor=visitor, site=call.site))

    async def _thread(self, call: Call) -> Answer:
        """{version, messages}, or {version} alone where nothing moved while the request was held open."""
        said = await _said(call)
        thread = (call.site.account.id, self._visitor(call, said))
        have = said.get("have")
        read = partial(self._in_thread, partial(threads.read_thread, thread))
        moved = self._waiting.begin(thread)
        try:
            version, messages = await read()
            ends = time.monotonic() + (WAIT_SECONDS if said.get("wait") is True else 0.0)
            while version == have and await _came(call, moved, ends - time.monotonic()):
                moved.clear()
                version, messages = await read()
        finally:
            self._waiting.end(thread, moved)
        if version == have:
            return _json({"version": version})
        links = partial(files.link_of, site=call.site, visitor=thread[1], now=self._tell_time())
        return _json({"version": version, "messages": files.with_links(messages, links)})

    async def _upload(self, call: Call) -> Answer:
        """The body is a line of JSON with visitor and name, then the file."""
        head, _line, content = (await _read(call, files.MOST_BYTES + MOST_BYTES)).partition(b"\n")
        said = _object(head)
        visitor = self._visitor(call, said)
        self._check(limits.FILES_OF_VISITOR, visitor)
        keep = partial(files.keep_file, content, name=str(said.get("name")), visitor=visitor, site=call.site)
        return _json({"file": await self._in_thread(keep)})

    async def _file(self, call: Call) -> Answer:
        found = await self._in_thread(
            partial(files.find_linked, call.rest, _one(call, "k"), site=call.site, now=self._tell_time())
        )
        if found is None:
            raise RefusedError(
                404, "gone", _("Tautan berkas ini sudah lewat waktunya. Buka obrolannya lagi.")
            )
        return Answer(200, found.content, found.mime, files.headers_of(found))

    def _visitor(self, call: Call, said: dict[str, Any]) -> str:
        visitor = find_visitor(said.get("visitor"), call.site.secret)
        if not visitor:
            raise RefusedError(401, "visitor", _("Obrolan ini dimulai lagi dari awal."))
        return visitor

    def _check(self, limit: Limit, caller: str) -> None:
        if not self._limiter.allows(limit, caller):
            raise _slow()

    async def _hand_on(self, call: Call, body: dict[str, Any]) -> Answer:
        """Through the same intake as any provider's: 200 means that it is on disk."""
        raw = msgspec.json.encode(body)
        signed = door_headers(raw, call.site.secret, self._tell_time())
        headers = {"content-type": "application/json", "content-length": str(len(raw)), **signed}
        path = f"/hooks/{call.site.account.public_id}/"
        scope = {
            **call.scope,
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        status = await _status_of(self._hooks, scope, raw)
        if status >= 500:
            raise _busy()
        if status >= 400:
            raise RefusedError(status, "refused", _("Pesan ini tidak bisa disimpan. Muat ulang halaman ini."))
        return _json({"kept": True})

    async def _site(self, public_id: str) -> Site | None:
        """Looked up again after 5 s, so that a disconnected site ends."""
        moment = time.monotonic()
        known = self._sites.get(public_id)
        if known is None or known[0] < moment:
            if len(self._sites) >= _SITES_REMEMBERED:
                self._sites.clear()
            found = await self._in_thread(partial(find_site, public_id))
            known = self._sites[public_id] = (moment + _SITE_SECONDS, found)
        return known[1]

    async def _in_thread(self, read: Callable[[], Found]) -> Found:
        return await asyncio.get_running_loop().run_in_executor(
            self._reader, copy_context().run, _freshly, read
        )


def _close_own_connection(together: threading.Barrier) -> None:
    """Of the thread that runs it: each waits for the others, so that none closes twice and another never."""
    connection.close()
    together.wait(timeout=10)


def _freshly(read: Callable[[], Found]) -> Found:
    close_old_connections()
    return read()


def _busy() -> RefusedError:
    return RefusedError(503, "busy", _("Sedang sibuk. Dicoba lagi sebentar lagi."))


def _slow() -> RefusedError:
    return RefusedError(429, "slow", _("Terlalu cepat. Tunggu sebentar, lalu coba lagi."))


def _language(call: Call) -> str:
    language = _one(call, "lang")[:2]
    return language if language in LANGUAGES else "id"


def _one(call: Call, name: str) -> str:
    return call.query.get(name, [""])[0]


async def _came(call: Call, moved: asyncio.Event, seconds: float) -> bool:
    """Whether the thread moved within the time; False also where the visitor went away."""
    if seconds <= 0:
        return False
    coming = asyncio.ensure_future(moved.wait())
    leaving = asyncio.ensure_future(_left(call.receive))
    try:
        await asyncio.wait({coming, leaving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        coming.cancel()
        leaving.cancel()
    return moved.is_set()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _said(call: Call) -> dict[str, Any]:
    return _object(await _read(call, MOST_BYTES))


def _object(raw: bytes) -> dict[str, Any]:
    try:
        said = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError(400, "json", "The body is not JSON.") from error
    if not isinstance(said, dict):
        raise RefusedError(400, "json", "The body must be one JSON object.")
    return said


async def _read(call: Call, most: int) -> bytes:
    try:
        return await read_body(call.receive, dict(call.scope["headers"]), most)
    except TooLargeError as error:
        sentence = _("Terlalu besar: paling banyak %(most)s kB.") % {"most": most // 1024}
        raise RefusedError(413, "large", sentence) from error
    except BrokenOffError as error:
        raise RefusedError(400, "broken", "The body broke off.") from error


async def _status_of(app: App, scope: Scope, body: bytes) -> int:
    """The status with which another ASGI callable answers this body."""
    statuses: list[int] = []
    bodies = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(bodies, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return statuses[0] if statuses else 500


def _json(content: dict[str, Any]) -> Answer:
    return Answer(200, msgspec.json.encode(content))


def _refused(refusal: RefusedError) -> Answer:
    said = {"code": refusal.code, "said": refusal.sentence, "field": refusal.field}
    waits = ((b"retry-after", b"3"),) if refusal.status in (429, 503) else ()
    return Answer(refusal.status, msgspec.json.encode(said), headers=waits)


async def _send_answer(send: Send, answer: Answer, origin: str) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"vary", b"Origin"),
        *answer.headers,
    ]
    if origin:
        headers += [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-methods", b"POST"),
            (b"access-control-allow-headers", b"content-type"),
            (b"access-control-max-age", b"86400"),
        ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
