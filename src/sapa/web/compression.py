"""Pages go out compressed: a phone on a slow network gets a tenth of the bytes.

Tokens against forgery are masked anew in every answer, so that what compresses well tells nothing about them
(the BREACH attack); files and streams go out as they are, static files are compressed before they are served.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

LEAST_BYTES = 400
BROTLI_QUALITY, GZIP_LEVEL = 5, 6
_TEXTS = ("text/html", "text/csv", "application/json")


class CompressionMiddleware:
    """Brotli where the browser takes it, else gzip; only for texts of some length."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            response.streaming
            or len(response.content) < LEAST_BYTES
            or "Content-Encoding" in response.headers
        ):
            return response
        if not response.headers.get("Content-Type", "").startswith(_TEXTS):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        taken = request.headers.get("Accept-Encoding", "")
        if "br" in taken:
            _encode(response, "br", brotli.compress(response.content, quality=BROTLI_QUALITY))
        elif "gzip" in taken:
            _encode(response, "gzip", gzip.compress(response.content, GZIP_LEVEL, mtime=0))
        return response


def _encode(response: HttpResponse, name: str, content: bytes) -> None:
    response.content = content
    response.headers["Content-Encoding"] = name
    response.headers["Content-Length"] = str(len(content))
