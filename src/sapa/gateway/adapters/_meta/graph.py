"""Asking the Graph API, and what its answers and silences mean for a message.

A message must not go out twice, and Graph has no key that would make a repeated send harmless. So only what surely was
not done is tried again:

- the connection was never made: surely not sent;
- Graph itself answered with an error object that says *try again* (`is_transient`, codes 1 and 2, which Meta documents as
  "wait and retry"): the operation failed as a whole. One subcode of code 1 (1357046) is documented to come although the
  messages were sent, and stays uncertain;
- anything else that broke off after the request had gone (a time limit, a closed line, a 5xx of a proxy without an error
  object, an answer without an id): nobody knows, a teammate decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from sapa.gateway.adapters._meta.shapes import mapping, read_object, word
from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    Failed,
    Failure,
    MediaGoneError,
    ProviderDownError,
    Retry,
    SendResult,
    TokenDeadError,
    Uncertain,
)

GRAPH = "https://graph.facebook.com"
VERSION = "v25.0"
NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_LONGEST_DETAIL = 300
_SENT_ALL_THE_SAME = 1357046
_PIECE = 64 * 1024
_META_HOSTS = ("fbsbx.com", "fbcdn.net", "facebook.com", "cdninstagram.com", "instagram.com", "whatsapp.net")


@dataclass(frozen=True, slots=True)
class GraphError:
    """An error as Graph words it. `code` is 0 and `is_graph` False where the body held no error object."""

    status: int
    code: int = 0
    subcode: int = 0
    words: str = ""
    is_transient: bool = False
    is_graph: bool = True
    after: timedelta | None = None

    @property
    def detail(self) -> str:
        name = f"{self.code}/{self.subcode}" if self.subcode else str(self.code or f"HTTP {self.status}")
        return f"{name} {self.words}".strip()[:_LONGEST_DETAIL]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an error code means for a message: whether to try again, and not before when."""

    failure: Failure
    again: bool = False
    after: timedelta | None = None


Verdicts = Mapping[tuple[int, int], Verdict]
"""By (code, subcode); subcode 0 stands for every other one."""

_SLOWLY = Verdict(Failure.TOO_MANY, again=True, after=timedelta(minutes=1))
_DOWN = Verdict(Failure.PROVIDER_DOWN, again=True)
_TOKEN = Verdict(Failure.TOKEN_DEAD)
_COMMON: Verdicts = {
    (0, 0): _TOKEN,
    (1, 0): _DOWN,
    (2, 0): _DOWN,
    (3, 0): _TOKEN,
    (4, 0): _SLOWLY,
    (10, 0): _TOKEN,
    (17, 0): _SLOWLY,
    (32, 0): _SLOWLY,
    (100, 0): Verdict(Failure.REFUSED_CONTENT),
    (100, 33): _TOKEN,
    (102, 0): _TOKEN,
    (190, 0): _TOKEN,
    (341, 0): _SLOWLY,
    (368, 0): Verdict(Failure.REFUSED_CONTENT),
    (613, 0): _SLOWLY,
    **{(code, 0): _SLOWLY for code in range(80000, 80015)},
}
_PERMISSIONS = range(200, 300)


def verdict_on(code: int, subcode: int, own: Verdicts) -> Verdict | None:
    """The meaning of a code: the channel's own table before the common one, a subcode before its code."""
    for key in ((code, subcode), (code, 0)):
        for table in (own, _COMMON):
            if key in table:
                return table[key]
    return _TOKEN if code in _PERMISSIONS else None


def judge(error: GraphError, own: Verdicts) -> Retry | Failed | Uncertain:
    """What becomes of a message after this error; see the words at the top of this module."""
    if not error.is_graph:
        return _without_words(error)
    if _SENT_ALL_THE_SAME in (error.code, error.subcode):
        return Uncertain(error.detail)
    verdict = verdict_on(error.code, error.subcode, own)
    if verdict is None and error.is_transient:
        verdict = _DOWN
    if verdict is None:
        return Uncertain(error.detail) if error.status >= 500 else Failed(Failure.UNKNOWN, error.detail)
    if verdict.again:
        return Retry(verdict.failure, error.after or verdict.after, error.detail)
    return Failed(verdict.failure, error.detail)


def _without_words(error: GraphError) -> Retry | Failed | Uncertain:
    """A refusal (4xx) that no error object explains; every other such answer may come from a machine in between."""
    if error.status == 429:
        return Retry(Failure.TOO_MANY, error.after or timedelta(minutes=1), error.detail)
    if not 400 <= error.status < 500 or error.status == 408:
        return Uncertain(error.detail)
    return Failed(Failure.TOKEN_DEAD if error.status == 401 else Failure.UNKNOWN, error.detail)


def address(account: Account, path: str, base: str = GRAPH) -> str:
    """The address of a node or edge: `base_url` and `api_version` of the settings stand before ours."""
    base = str(account.settings.get("base_url") or base).rstrip("/")
    return f"{base}/{account.settings.get('api_version') or VERSION}/{path.lstrip('/')}"


def bearer(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.settings.get('token') or ''}"}


def read(response: httpx.Response) -> Mapping[str, Any] | GraphError:
    """The object that Graph answered, or its error. Our token never stands in an error's words."""
    body = read_object(response.content)
    if response.is_success and body is not None and "error" not in body:
        return body
    found = (body or {}).get("error")
    after = _wait(response)
    if not isinstance(found, dict):
        return GraphError(response.status_code, is_graph=False, after=after)
    sent = response.request.headers.get("authorization", "").removeprefix("Bearer ")
    words = word(mapping(found.get("error_data")).get("details")) or word(found.get("message"))
    return GraphError(
        status=response.status_code,
        code=_number(found.get("code")),
        subcode=_number(found.get("error_subcode")),
        words=words.replace(sent, "…") if sent else words,
        is_transient=found.get("is_transient") is True,
        after=after,
    )


def _number(value: object) -> int:
    text = word(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _wait(response: httpx.Response) -> timedelta | None:
    """How long Graph wants us to wait: Retry-After in seconds, or the minutes of its usage header."""
    given = response.headers.get("retry-after", "")
    if given.isascii() and given.isdigit() and len(given) < 7:
        return timedelta(seconds=int(given))
    usage = read_object(response.headers.get("x-business-use-case-usage", "").encode())
    minutes = [
        mapping(row).get("estimated_time_to_regain_access")
        for kinds in (usage or {}).values()
        for row in (kinds if isinstance(kinds, list) else [])
    ]
    longest = max((m for m in minutes if isinstance(m, int) and 0 < m < 10_000), default=0)
    return timedelta(minutes=longest) if longest else None


def attempt(step: Callable[[], SendResult]) -> SendResult:
    """What `step` answers; a line that broke becomes Retry where nothing had gone out, else Uncertain."""
    try:
        return step()
    except NEVER_SENT as problem:
        return Retry(Failure.UNREACHABLE, detail=type(problem).__name__)
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        return Uncertain(type(problem).__name__)


def attempt_upload(step: Callable[[], str | GraphError], own: Verdicts) -> str | Retry | Failed:
    """The id of an uploaded file. Nobody sees an upload, so one that broke off is simply tried again."""
    try:
        found = step()
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        return Retry(Failure.UNREACHABLE, detail=type(problem).__name__)
    if isinstance(found, str):
        return found or Retry(Failure.PROVIDER_DOWN, detail="The upload was answered without an id.")
    result = judge(found, own)
    return (
        Retry(Failure.PROVIDER_DOWN, found.after, result.detail) if isinstance(result, Uncertain) else result
    )


def ask(
    account: Account,
    http: httpx.Client,
    method: str,
    path: str,
    *,
    base: str = GRAPH,
    params: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
) -> Mapping[str, Any]:
    """One call that no customer sees. Raises `TokenDeadError` for what Graph refuses, `ProviderDownError`."""
    return ask_with_time(account, http, method, path, base=base, params=params, body=body)[0]


def ask_with_time(
    account: Account,
    http: httpx.Client,
    method: str,
    path: str,
    *,
    base: str = GRAPH,
    params: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
) -> tuple[Mapping[str, Any], int | None]:
    """`ask`, with the provider's own time of its answer in Unix seconds (its Date header), None where it names none."""
    content = None if body is None else json.dumps(body).encode()
    headers = bearer(account) | ({"Content-Type": "application/json"} if content else {})
    try:
        response = http.request(
            method, address(account, path, base), params=params, headers=headers, content=content
        )
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ProviderDownError(type(problem).__name__) from problem
    found = read(response)
    if isinstance(found, GraphError):
        raise as_problem(found)
    return found, _time_of(response)


def _time_of(response: httpx.Response) -> int | None:
    try:
        return int(parsedate_to_datetime(response.headers.get("date", "")).timestamp())
    except ValueError:
        return None


def as_problem(error: GraphError) -> TokenDeadError | ProviderDownError:
    """A refusal is final (another token or id is needed); too many calls and 5xx pass."""
    verdict = verdict_on(error.code, error.subcode, {}) if error.is_graph else None
    passes = error.status >= 500 or error.status == 429 or error.is_transient or (verdict and verdict.again)
    return ProviderDownError(error.detail, error.after) if passes else TokenDeadError(error.detail)


def is_meta_host(url: str, account: Account) -> bool:
    """Whether a file's address is on Meta's own machines (or on the ones that `base_url` names): no other is asked."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        return False
    own = str(account.settings.get("base_url") or "")
    if own and parsed.host == httpx.URL(own).host:
        return True
    return parsed.scheme == "https" and any(parsed.host.endswith(f".{host}") for host in _META_HOSTS)


def download(http: httpx.Client, url: str, headers: Mapping[str, str]) -> Iterator[bytes]:
    """The bytes at `url`. Raises `MediaGoneError`, `TokenDeadError`, `ProviderDownError`."""
    try:
        with http.stream("GET", url, headers=dict(headers), follow_redirects=True) as response:
            if response.status_code == 401:
                raise TokenDeadError("The file was refused to our token.")
            if response.status_code == 429 or response.status_code >= 500:
                raise ProviderDownError(f"HTTP {response.status_code}", _wait(response))
            if not response.is_success:
                raise MediaGoneError(f"HTTP {response.status_code}")
            yield from response.iter_bytes(_PIECE)
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ProviderDownError(type(problem).__name__) from problem
