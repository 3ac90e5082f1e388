"""Addresses below /api/: one for each path of the register, the document, and a clear word for everything else."""

from __future__ import annotations

import re
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path

import sapa.api.endpoints  # noqa: F401 - fills the register
from sapa.api.door import Address, no_such_address
from sapa.api.openapi import make_document
from sapa.api.register import JSON, REGISTER, Endpoint
from sapa.lib import json

_BLANK = re.compile(r"\{(\w+)\}")


def openapi(request: HttpRequest) -> HttpResponse:
    """The document; it tells nothing of any shop and needs no token."""
    return HttpResponse(json.encode_plain(make_document()), content_type=JSON)


openapi.csrf_exempt = True  # type: ignore[attr-defined]
no_such_address.csrf_exempt = True  # type: ignore[attr-defined]


def _path(one: Endpoint) -> str:
    return one.path


def _route(template: str) -> str:
    return "v1" + _BLANK.sub(_converter, template)


def _converter(found: re.Match[str]) -> str:
    name = found.group(1)
    return f"<int:{name}>" if name == "number" else f"<uuid:{name}>"


urlpatterns: list[URLPattern] = [
    path("openapi.json", openapi, name="openapi"),
    *(
        path(_route(template), Address(list(endpoints)), name=f"api{template}")
        for template, endpoints in groupby(sorted(REGISTER, key=_path), key=_path)
    ),
    re_path(r"^", no_such_address),
]
