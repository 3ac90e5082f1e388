"""What goes wrong, in one shape: a code for programs, a sentence for people, and the field to put right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` stays the same; `message` is in the language that was asked for; `field` is null where it is none."""

    code: str
    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class FaultBody:
    """The body of every answer that is no success."""

    error: Fault


class ApiError(Exception):
    """Ends a request with this status."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        field: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.headers = status, headers or {}
        self.fault = Fault(code, message, field)


def not_found() -> ApiError:
    """Nothing under this id: it was never there, is gone, or belongs to another shop."""
    return ApiError(404, "not_found", _("Tidak ada yang bernomor ini di toko ini. Periksa lagi id-nya."))


def unfit(message: str, field: str | None = None, code: str = "unfit") -> ApiError:
    """What was sent can be read, and cannot be done as it stands."""
    return ApiError(422, code, message, field)


def conflict(code: str, message: str) -> ApiError:
    """It would have worked, were things not as they are now."""
    return ApiError(409, code, message)


_PATH = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")
_NAMED = re.compile(r"(?:missing required|contains unknown) field `([^`]*)`")
_EXPECTED = re.compile(r"^Expected `([^`]*)`")


def say_mismatch(told: str) -> tuple[str, str | None]:
    """The sentence and the field for what msgspec says of a value that does not fit."""
    path = _PATH.search(told)
    field = path.group(1) if path else ""
    named = _NAMED.search(told)
    if named:
        field = ".".join(filter(None, (field, named.group(1))))
        if "unknown" in told:
            return _("Isian %(field)s tidak dikenal. Periksa ejaannya.") % {"field": field[:80]}, field
        return _("Isian %(field)s belum ada.") % {"field": field[:80]}, field
    shown = field[:80] or _("(seluruh isi)")
    expected = _EXPECTED.match(told)
    if expected and (kind := _kinds().get(expected.group(1).split(" | ")[0])):
        return _("Isian %(field)s harus berupa %(kind)s.") % {"field": shown, "kind": kind}, field or None
    return _("Isian %(field)s tidak cocok. Lihat batasnya di /api/openapi.json.") % {
        "field": shown
    }, field or None


def _kinds() -> dict[str, str]:
    return {
        "str": _("teks"),
        "int": _("bilangan bulat"),
        "float": _("angka"),
        "bool": _("true atau false"),
        "array": _("daftar"),
        "object": _("objek JSON"),
        "datetime": _("waktu ISO 8601 dengan selisih zona"),
        "date": _("tanggal seperti 2026-11-21"),
        "uuid": _("id (UUID)"),
    }
