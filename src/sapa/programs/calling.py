"""One signed call over HTTP, to a public address only, and what came back (Standard Webhooks 1.0)."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Collection, Sequence
from types import TracebackType

import httpx

from sapa.programs.rules import find_fault, is_allowed, is_public, sign
from sapa.programs.types import Answered, Outcome

_PATIENCE = httpx.Timeout(10.0, connect=5.0)
_GONE = 410
_AGENT = "Sapa-Webhook/1.0"

Resolve = Callable[[str, int], Sequence[str]]


class PrivateAddressError(Exception):
    """The name leads into a private network."""


class Caller:
    """Makes calls. Used by several threads; closed at the end.

    The name is resolved here and the connection goes to exactly the address that was judged, so that a name which
    answers differently the second time leads nowhere else; the certificate is checked against the name. Nothing is
    sent through a proxy of the environment, and no redirect is followed.
    """

    def __init__(self, allowed_hosts: Collection[str] = (), resolve: Resolve | None = None) -> None:
        self._allowed, self._resolve = allowed_hosts, resolve or resolve_name
        self._client = httpx.Client(timeout=_PATIENCE, follow_redirects=False, trust_env=False)

    def __enter__(self) -> Caller:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def post(
        self, address: str, *, webhook_id: str, timestamp: int, body: bytes, secrets: Sequence[str]
    ) -> Answered:
        """What became of one attempt."""
        headers = {
            "content-type": "application/json",
            "user-agent": _AGENT,
            "webhook-id": webhook_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(secrets, webhook_id, timestamp, body),
        }
        began = time.monotonic()
        status, problem = 0, ""
        try:
            status = self._post(address, headers, body)
        except PrivateAddressError:
            problem = "private_address"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            problem = _name(error)
        took = round((time.monotonic() - began) * 1000)
        return _judge(status, took, problem)

    def _post(self, address: str, headers: dict[str, str], body: bytes) -> int:
        if find_fault(address, self._allowed):
            raise PrivateAddressError
        url = httpx.URL(address)
        port = url.port or (80 if url.scheme == "http" else 443)
        ip = self._judged(url.host, port)
        # The answer's body is nobody's business here, and may be endless: only its head is read.
        with self._client.stream(
            "POST",
            url.copy_with(host=ip),
            content=body,
            headers={**headers, "host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.host} if url.scheme == "https" else {},
        ) as answer:
            return answer.status_code

    def _judged(self, host: str, port: int) -> str:
        found = self._resolve(host, port)
        if not found:
            raise socket.gaierror(host)
        if not is_allowed(host, port, self._allowed) and not all(is_public(ip) for ip in found):
            raise PrivateAddressError
        return found[0]


def resolve_name(host: str, port: int) -> list[str]:
    """Every address of a name, IPv4 first. Raises `socket.gaierror` where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys((family, str(where[0])) for family, _, _, _, where in found)
    return [ip for family, ip in sorted(addresses, key=_v4_first)]


def _v4_first(one: tuple[int, str]) -> bool:
    return one[0] != socket.AF_INET


def _judge(status: int, took_ms: int, problem: str) -> Answered:
    if 200 <= status < 300:
        return Answered(Outcome.SENT, status, took_ms)
    if status == _GONE:
        return Answered(Outcome.GONE, status, took_ms, "gone")
    if 300 <= status < 400:
        return Answered(Outcome.LATER, status, took_ms, "redirect")
    return Answered(Outcome.LATER, status, took_ms, problem or "refused")


def _name(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "no_such_name"
    if isinstance(error, httpx.TimeoutException):
        return "too_slow"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "certificate"
        cause = cause.__cause__ or cause.__context__
    return "no_connection" if isinstance(error, httpx.TransportError | OSError) else "unreadable_address"
