"""What adapters share: reading JSON that may hold anything, and what a call that went wrong means.

A provider's body is never trusted to have its documented shape: each reader answers an empty value where there is none
of that kind, so that `parse` stays total.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from sapa.gateway.connecting import Account
from sapa.gateway.contract import (
    Failed,
    Failure,
    MediaGoneError,
    ProviderDownError,
    Retry,
    SendResult,
    Sent,
    TokenDeadError,
    Uncertain,
)

# Where a provider wants its secrets in the address: Telegram in the path, the marketplaces in the query.
_SECRET_PLACES = re.compile(
    r"(/bot)[^/\s]+|([?&](?:access_token|refresh_token|input_token|fb_exchange_token|app_secret|client_secret|auth_code|code|secret|token|sign)=)[^&\s\"']+"
)


class _WithoutSecrets(logging.Filter):
    """The client's own log names each address; what opens a channel is cut out of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if (masked := _SECRET_PLACES.sub(lambda found: f"{found[1] or found[2]}…", said)) != said:
            record.msg, record.args = masked, ()
        return True


logging.getLogger("httpx").addFilter(_WithoutSecrets())

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# 500 and 503 are said before a provider has done anything; behind 502 and 504 stands one that may have.
_SURELY_NOT_DONE = frozenset({500, 501, 503, 507, 529})


def read_object(body: bytes | str) -> dict[str, Any]:
    """The JSON object of a body, {} where it is none."""
    try:
        return mapping(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; what is no object is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(value: Any) -> str:
    """A text or a whole number as text, "" for anything else; without the NUL that no database keeps."""
    if isinstance(value, str):
        return value.replace("\0", "")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def ident(value: Any, most: int = 200) -> str:
    """An id as text, "" where it is none or longer than any id is."""
    found = words(value)
    return found if len(found) <= most else ""


def whole(value: Any) -> int | None:
    """A whole number, also where it came as text; None for anything else."""
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def moment(value: Any, *, per_second: int = 1) -> datetime | None:
    """A time from seconds (or `per_second` = 1000: milliseconds) since 1970; None where it is no time."""
    number = whole(value)
    try:
        return None if number is None else EPOCH + timedelta(seconds=number / per_second)
    except OverflowError:
        return None


def moment_of_text(value: Any) -> datetime | None:
    """A time from ISO 8601 with its offset; None where it is no time."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo else None


def dedupe_key(*parts: object) -> str:
    """A name of 40 characters for what these parts say together."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=20).hexdigest()


def call(
    http: httpx.Client, method: str, url: str, *, repeatable: bool = False, **request: Any
) -> httpx.Response | Retry | Uncertain:
    """One call of a send. `repeatable`: the provider takes the same call twice as one, so a broken line may be tried again.

    Where no connection came about nothing was sent; once the request was on its way nobody knows.
    """
    try:
        return http.request(method, url, **request)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        return Retry(Failure.UNREACHABLE, detail=type(error).__name__)
    except httpx.HTTPError as error:
        detail = type(error).__name__
        return Retry(Failure.UNREACHABLE, detail=detail) if repeatable else Uncertain(detail)


def unwell(response: httpx.Response, *, repeatable: bool = False) -> Retry | Uncertain | None:
    """What an answer of 500 and above means for a message; None below."""
    if response.status_code < 500:
        return None
    if repeatable or response.status_code in _SURELY_NOT_DONE:
        return Retry(Failure.PROVIDER_DOWN, after_header(response), f"HTTP {response.status_code}")
    return Uncertain(f"HTTP {response.status_code}")


def after_header(response: httpx.Response) -> timedelta | None:
    """Retry-After where it names seconds."""
    seconds = whole(response.headers.get("retry-after"))
    return None if seconds is None or seconds < 0 else timedelta(seconds=seconds)


def ask(http: httpx.Client, method: str, url: str, **request: Any) -> httpx.Response:
    """One call that is no send. Raises `ProviderDownError` without an answer, at 429 and at 500 and above."""
    try:
        response = http.request(method, url, **request)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderDownError(type(error).__name__) from None
    if response.status_code == 429 or response.status_code >= 500:
        raise ProviderDownError(f"HTTP {response.status_code}", after_header(response))
    return response


def download(http: httpx.Client, url: str, headers: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """The bytes behind an address. Raises `MediaGoneError`, `TokenDeadError`, `ProviderDownError`."""
    try:
        with http.stream("GET", url, headers=headers, follow_redirects=True) as response:
            judge_download(response)
            yield from response.iter_bytes()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderDownError(type(error).__name__) from None


def judge_download(response: httpx.Response) -> None:
    """Raises what the status of a download means, if it is no 200."""
    status = response.status_code
    if status in (401, 403):
        raise TokenDeadError(f"HTTP {status}")
    if status == 429 or status >= 500 or status == 202:
        raise ProviderDownError(f"HTTP {status}", after_header(response))
    if status != 200:
        raise MediaGoneError(f"HTTP {status}")


def send_in_order(parts: Sequence[Callable[[], SendResult]]) -> SendResult:
    """Sends what a provider wants as several messages; where a later one is not taken, a teammate has to look."""
    ids: list[str] = []
    cost: int | None = None
    for done, part in enumerate(parts):
        result = part()
        if not isinstance(result, Sent):
            return _half_done(done, len(parts), result) if done else result
        ids += [result.provider_id, *result.more_ids]
        cost = result.cost if cost is None else cost + (result.cost or 0)
    return Sent(ids[0], tuple(ids[1:]), cost) if ids else Failed(Failure.REFUSED_CONTENT, "Nothing to send.")


def _half_done(done: int, parts: int, result: Retry | Failed | Uncertain) -> Uncertain:
    why = result.detail if isinstance(result, Uncertain) else f"{result.code}: {result.detail}"
    return Uncertain(f"{done} of {parts} parts were sent, then {why}")


def can_be_fetched_from(account: Account) -> bool:
    """Whether a provider can fetch files from us: at an https address, or the simulator's beside us."""
    public = str(account.settings.get("public_url") or "")
    return public.startswith("https://") or bool(public and account.settings.get("base_url"))


def first(values: Iterable[str]) -> str:
    """The first that is not empty, else ""."""
    return next((value for value in values if value), "")
