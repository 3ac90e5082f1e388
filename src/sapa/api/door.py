"""The door of /api/: one view for each address, JSON in every case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.core.exceptions import ObjectDoesNotExist, RequestAborted
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

from sapa.api import reading
from sapa.api.errors import ApiError, FaultBody, not_found
from sapa.api.register import JSON, Asked, Endpoint
from sapa.lib import clock, json
from sapa.programs.operations import once
from sapa.programs.types import Kept, KeyReusedError, ProgramError

log = structlog.get_logger(__name__)

_FOREVER = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Address:
    """Everything that one path answers, by method. HEAD is GET without its body."""

    csrf_exempt = True

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._by_method = {one.method: one for one in endpoints}

    def __call__(self, request: HttpRequest, **ids: UUID) -> HttpResponse:
        now = clock.now()
        language = get_language_from_request(request)
        with override(language):
            try:
                answer = self._answer(request, ids, now)
            except ApiError as error:
                answer = refuse(error)
            except ObjectDoesNotExist:
                answer = refuse(not_found())
            except OperationalError:
                log.warning("database busy", path=request.path, exc_info=True)
                answer = refuse(_busy())
            except RequestAborted:
                raise
            except Exception:
                log.exception("an endpoint failed", path=request.path)
                answer = refuse(_broken())
        answer.headers["Content-Language"] = language
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Vary"] = "Accept-Language, Authorization"
        return answer

    def _answer(self, request: HttpRequest, ids: dict[str, UUID], now: datetime) -> HttpResponse:
        one = self._by_method.get("GET" if request.method == "HEAD" else request.method or "")
        if one is None:
            raise _no_method(self._by_method)
        token = reading.read_token(request, now)
        reading.check_scope(token, one)
        key = reading.read_key(request, one)
        query = reading.read_query(request, one.query)
        body, raw = reading.read_body(request, one)
        assert token.by is not None  # noqa: S101 - a token without its maker is none
        asked = Asked(token, token.business, token.by, now, ids, query, body, key, request)
        with timezone.override(ZoneInfo(token.business.timezone)):
            if not (one.keeps and key):
                return show(_run(one, asked))
            return _run_once(one, asked, reading.digest_request(request, raw))


def _run(one: Endpoint, asked: Asked) -> Kept:
    try:
        found = one.run(asked)
    except ProgramError as error:
        raise ApiError(422, "unfit", str(error), error.field or None) from error
    if isinstance(found, Kept):
        return found
    return Kept(one.status, json.encode_text(found) if one.answer is not None else "")


def _run_once(one: Endpoint, asked: Asked, digest: str) -> HttpResponse:
    try:
        kept, was_done = once(
            token=asked.token, key=asked.key, asked=digest, now=asked.now, deed=lambda: _run(one, asked)
        )
    except KeyReusedError as error:
        raise key_reused() from error
    return show(kept, was_done=was_done)


def show(kept: Kept, *, was_done: bool = False) -> HttpResponse:
    """An answer as it goes out, or as it went out before."""
    if kept.status == 410:
        raise ApiError(410, "answer_gone", _("Ini sudah dikerjakan, tetapi jawabannya tidak disimpan lagi."))
    answer = HttpResponse(kept.body, status=kept.status, content_type=JSON)
    if kept.status == 204:
        del answer.headers["Content-Type"]
    if was_done:
        answer.headers["Idempotent-Replayed"] = "true"
    return answer


def refuse(error: ApiError) -> HttpResponse:
    body = json.encode(FaultBody(error.fault))
    return HttpResponse(body, status=error.status, content_type=JSON, headers=error.headers)


def no_such_address(request: HttpRequest) -> HttpResponse:
    """Whatever else is asked for below /api/."""
    with override(get_language_from_request(request)):
        return refuse(
            ApiError(404, "no_address", _("Tidak ada alamat ini. Yang ada terdaftar di /api/openapi.json."))
        )


def key_reused() -> ApiError:
    return ApiError(
        422,
        "key_reused",
        _("Idempotency-Key ini sudah dipakai untuk permintaan lain. Pakai yang baru."),
        "Idempotency-Key",
    )


def _no_method(known: Mapping[str, Any]) -> ApiError:
    allowed = ", ".join([*(["HEAD"] if "GET" in known else []), *(m for m in _FOREVER if m in known)])
    return ApiError(
        405,
        "no_method",
        _("Alamat ini hanya menerima %(methods)s.") % {"methods": allowed},
        headers={"Allow": allowed},
    )


def _busy() -> ApiError:
    sentence = _("Sapa sedang menyimpan banyak data. Coba lagi sebentar.")
    return ApiError(503, "busy", sentence, headers={"Retry-After": "2"})


def _broken() -> ApiError:
    return ApiError(
        500, "broken", _("Permintaan ini gagal karena Sapa sendiri. Sudah tercatat; coba lagi nanti.")
    )
