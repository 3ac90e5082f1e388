"""A form on the shop's site: posted from there by a script, or plainly, with a page of thanks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from sapa.gateway.adapters.web.origins import is_allowed, list_origins
from sapa.gateway.adapters.web.visitors import find_visitor
from sapa.gateway.web import limits
from sapa.gateway.web.bodies import RefusedError, form_body
from sapa.gateway.web.limits import Limiter
from sapa.gateway.web.sites import LANGUAGES, Site, find_site
from sapa.gateway.web.taking import take_body
from sapa.web.access import SapaRequest, SeeOther

HONEYPOT = "alamat_situs"
EXTRA = "_sapa"
LEAST_MILLISECONDS = 1500
MOST_FIELDS = 60
_PERSON = {
    "name": ("nama", "name", "nama_lengkap"),
    "phone": ("hp", "phone", "wa", "whatsapp", "telepon", "no_hp", "no_wa", "nomor"),
    "email": ("email", "surel", "e-mail"),
}
_CONSENT = "setuju"
_VERSION = re.compile(r"[\w.:-]{1,40}")

_limiter = Limiter()


@dataclass(frozen=True, slots=True)
class _Filled:
    """A posted form: what the page's fields say, and what our script adds (`extra`, {} without it)."""

    site: Site
    form: str
    fields: QueryDict
    extra: Mapping[str, Any]


# Nobody is signed in here and no cookie is read: there is nothing that a foreign page could misuse.
@csrf_exempt
def form(request: SapaRequest, key: UUID, form: str) -> HttpResponse:
    """Takes a filled form in; GET shows the thanks that follow a plain post."""
    site = find_site(str(key))
    if site is None:
        raise Http404
    if request.method == "GET":
        return _page(request, site, thanks=True)
    origin = request.headers.get("Origin", "")
    if not is_allowed(origin, site.account.settings, own_host=request.get_host()):
        return HttpResponse(
            "This form is not on one of the shop's sites.", status=403, content_type="text/plain"
        )
    if request.method != "POST":
        return _shared(HttpResponseNotAllowed(["GET", "POST"]), origin)
    language = request.GET.get("lang", "")
    with translation.override(language if language in LANGUAGES else translation.get_language()):
        return _shared(_taken(request, _Filled(site, form, request.POST, _extra(request.POST))), origin)


def _taken(request: SapaRequest, filled: _Filled) -> HttpResponse:
    by_script = "application/json" in request.headers.get("Accept", "")
    try:
        _check(request, filled)
        if not filled.fields.get(HONEYPOT):
            take_body(_body(filled, request.moment.date()), site=filled.site, now=request.moment)
    except RefusedError as refusal:
        field = _own_name(filled.fields, refusal.field)
        if by_script:
            said = {"code": refusal.code, "said": refusal.sentence, "field": field}
            return JsonResponse(said, status=refusal.status)
        return _page(request, filled.site, refusal=refusal, fields=filled.fields, field=field)
    if by_script:
        return JsonResponse({"said": _("Terima kasih. Sudah kami terima, segera kami balas.")})
    return SeeOther(request.path)


def _check(request: SapaRequest, filled: _Filled) -> None:
    """Pace and size; and whether a program rather than a person filled it in."""
    if not _limiter.allows(limits.FORMS_OF_ADDRESS, request.META.get("REMOTE_ADDR", "")):
        raise RefusedError(429, "slow", _("Terlalu banyak kiriman. Tunggu sebentar, lalu kirim lagi."))
    if len(filled.fields) > MOST_FIELDS:
        raise RefusedError(422, "fields", _("Isian formulir ini terlalu banyak."))
    elapsed = filled.extra.get("elapsed")
    if isinstance(elapsed, int) and elapsed < LEAST_MILLISECONDS:
        raise RefusedError(422, "fast", _("Terkirim terlalu cepat. Periksa isinya, lalu kirim sekali lagi."))


def _body(filled: _Filled, day: date) -> dict[str, Any]:
    person = {part: filled.fields.get(_own_name(filled.fields, part), "") for part in _PERSON}
    fields = _answers(filled)
    if not fields and not any(person.values()):
        raise RefusedError(422, "empty", _("Formulir ini masih kosong. Isi dulu, lalu kirim."))
    consent = filled.fields.get(_CONSENT, "")
    return form_body(
        form=filled.form,
        own_id=_id(filled, day),
        visitor=find_visitor(filled.extra.get("visitor"), filled.site.secret),
        person=person,
        fields=fields,
        consent=consent if _VERSION.fullmatch(consent) else "",
        said=filled.extra,
    )


def _answers(filled: _Filled) -> list[tuple[str, str]]:
    """(label, what was typed) but for the name and what is ours; labels as the page shows them.

    Phone and e-mail stand here too: nobody vouches for them, so the team reads them where they were typed.
    """
    labels = filled.extra.get("labels")
    shown = labels if isinstance(labels, dict) else {}
    known = {*_PERSON["name"], _CONSENT, HONEYPOT, EXTRA}
    found = []
    for name, values in filled.fields.lists():
        said = ", ".join(filter(None, map(str.strip, map(str, values))))
        if said and name.lower() not in known:
            label = shown.get(name)
            found.append((label if isinstance(label, str) and label else name, said))
    return found


def _own_name(fields: QueryDict, part: str) -> str:
    """What the page calls its field for name, phone or email."""
    return next((name for name in fields if name.lower() in _PERSON.get(part, ())), "")


def _id(filled: _Filled, day: date) -> str:
    """The script's id; of a plain post its words, so that a second tap is the same form (for that day)."""
    own = filled.extra.get("id")
    if isinstance(own, str) and 8 <= len(own) <= 64:
        return own
    said = msgspec.json.encode(
        [day.isoformat(), sorted((name, values) for name, values in filled.fields.lists())]
    )
    return hashlib.blake2b(said, digest_size=16).hexdigest()


def _extra(fields: QueryDict) -> Mapping[str, Any]:
    try:
        found = msgspec.json.decode(fields.get(EXTRA, "{}"))
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _page(
    request: SapaRequest,
    site: Site,
    *,
    thanks: bool = False,
    refusal: RefusedError | None = None,
    fields: QueryDict | None = None,
    field: str = "",
) -> HttpResponse:
    sites = list_origins(site.account.settings)
    rows = [(name, value) for name, value in (fields.items() if fields else ()) if name != EXTRA]
    context = {
        "shop": site.shop,
        "back": sites[0] if sites else "",
        "thanks": thanks,
        "refusal": refusal.sentence if refusal else "",
        "wrong": field,
        "rows": [row for row in rows if row[0] not in (HONEYPOT, _CONSENT)],
        "kept": [row for row in rows if row[0] in (HONEYPOT, _CONSENT)],
    }
    return render(request, "web/public/form.html", context, status=refusal.status if refusal else 200)


def _shared(response: HttpResponse, origin: str) -> HttpResponse:
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Vary"] = "Origin, Accept"
    response.headers["Cache-Control"] = "no-store"
    return response
