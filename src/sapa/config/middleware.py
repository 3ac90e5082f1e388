"""What stands around every page."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

log = structlog.get_logger(__name__)


class BusyMiddleware:
    """A database that stays locked past its patience is answered with 503 and when to come back, never with 200."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not is_busy(exception):
            return None
        log.warning("database busy", path=request.path)
        sentence = _("Sapa sedang menyimpan banyak data. Tunggu sebentar, lalu muat ulang halaman ini.")
        return HttpResponse(
            sentence, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "2"}
        )


def is_busy(error: BaseException) -> bool:
    """Whether another writer held the database longer than we wait for it."""
    return isinstance(error, OperationalError) and any(
        word in str(error).lower()
        for word in ("database is locked", "database table is locked", "lock timeout")
    )
