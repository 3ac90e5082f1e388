"""From a request to what an endpoint may rely on: who asks, how fast, and what was sent."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from sapa.api.errors import ApiError, say_mismatch
from sapa.api.rates import Buckets
from sapa.api.register import JSON, Endpoint
from sapa.programs.models import Token
from sapa.programs.operations import note_use
from sapa.programs.queries import find_token, has_scope

MOST_BYTES = 1 << 20
LONGEST_KEY = 255
BUCKETS = Buckets()
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")

S = TypeVar("S", bound=msgspec.Struct)


def read_token(request: HttpRequest, now: datetime) -> Token:
    """Whose token this is. Raises `ApiError` 401 for none, 429 for one that asks too fast."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    token = find_token(secret.strip(), now=now) if scheme.lower() == "bearer" and secret.strip() else None
    if token is None:
        raise ApiError(
            401,
            "no_token",
            _("Token tidak ada atau tidak berlaku lagi. Kirim sebagai Authorization: Bearer …"),
            headers={"WWW-Authenticate": 'Bearer realm="Sapa"'},
        )
    wait = BUCKETS.take(token.pk)
    if wait:
        raise ApiError(
            429,
            "too_fast",
            _("Terlalu banyak permintaan. Coba lagi dalam %(seconds)d detik.") % {"seconds": wait},
            headers={"Retry-After": str(wait)},
        )
    note_use(token=token, now=now)
    return token


def check_scope(token: Token, one: Endpoint) -> None:
    """Raises `ApiError` 403 where the token, or the teammate who made it, may not do this."""
    if one.scope is not None and not has_scope(token, one.scope):
        raise ApiError(
            403,
            "no_scope",
            _("Token ini tidak boleh %(scope)s. Buat token dengan izin itu di Pengaturan.")
            % {"scope": one.scope.value},
        )


def read_key(request: HttpRequest, one: Endpoint) -> str:
    """The key of a write, empty where there is none."""
    key = request.headers.get("Idempotency-Key", "") if one.is_write else ""
    if key and (len(key) > LONGEST_KEY or not _KEY.fullmatch(key)):
        raise ApiError(
            400,
            "bad_key",
            _("Idempotency-Key paling panjang 255 huruf, tanpa huruf khusus."),
            "Idempotency-Key",
        )
    if one.needs_key and not key:
        raise ApiError(
            400,
            "no_key",
            _("Kirim Idempotency-Key, supaya pesan yang sama tidak terkirim dua kali."),
            "Idempotency-Key",
        )
    return key


def read_query(request: HttpRequest, kind: type[S] | None) -> S | None:
    """What stands behind the question mark. Raises `ApiError` 422 for what does not fit, and for unknown words."""
    given = {name: values[-1] for name, values in request.GET.lists()}
    if kind is None:
        if given:
            name = next(iter(given))
            raise ApiError(422, "unknown_field", *say_mismatch(f"Object contains unknown field `{name}`"))
        return None
    try:
        found = msgspec.convert(given, type=kind, strict=False)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise _unfit(error) from error
    _check_sane(msgspec.structs.asdict(found))
    return found


def read_body(request: HttpRequest, one: Endpoint) -> tuple[Any, bytes]:
    """The body as the endpoint names it, and as it came. Raises `ApiError` 400, 413, 415 or 422."""
    if one.takes or not one.is_write:
        return None, b""
    raw = _read(request)
    if one.body is None:
        return None, raw
    if request.content_type != JSON:
        raise ApiError(415, "not_json", _("Isi permintaan harus JSON. Kirim Content-Type: application/json."))
    try:
        found = msgspec.json.decode(raw, type=one.body)
    except msgspec.ValidationError as error:
        raise _unfit(error) from error
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ApiError(400, "bad_json", _("Isi permintaan bukan JSON yang lengkap. Periksa lagi.")) from error
    _check_sane(msgspec.structs.asdict(found))
    return found, raw


def digest_request(request: HttpRequest, raw: bytes) -> str:
    """What tells two writes apart: method, address and body."""
    said = f"{request.method}\0{request.get_full_path()}\0".encode()
    return hashlib.sha256(said + raw).hexdigest()


def too_large() -> ApiError:
    return ApiError(413, "too_large", _("Isi permintaan terlalu besar. Kirim lebih sedikit sekaligus."))


def _read(request: HttpRequest) -> bytes:
    try:
        raw = request.body
    except RequestDataTooBig as error:
        raise too_large() from error
    except UnreadablePostError as error:
        raise ApiError(400, "cut_off", _("Kiriman terputus di tengah jalan. Kirim lagi.")) from error
    if len(raw) > MOST_BYTES:
        raise too_large()
    return raw


def _unfit(error: Exception) -> ApiError:
    message, field = say_mismatch(str(error))
    code = "missing_field" if "missing required" in str(error) else "unfit"
    return ApiError(422, "unknown_field" if "unknown field" in str(error) else code, message, field)


def _check_sane(values: dict[str, Any], path: str = "") -> None:
    """What no table can hold: zero characters, and moments beyond any shop's life."""
    for name, value in values.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, msgspec.Struct):
                _check_sane(msgspec.structs.asdict(one), f"{path}{name}.")
            elif isinstance(one, dict):
                _check_sane(one, f"{path}{name}.")
            elif (isinstance(one, str) and "\x00" in one) or (
                isinstance(one, date) and not _FIRST_YEAR <= one.year <= _LAST_YEAR
            ):
                raise ApiError(422, "unfit", *say_mismatch(f"Unfit value - at `$.{path}{name}`"))
