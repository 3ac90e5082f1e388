"""Sapa as an app on the home screen: manifest, service worker, the page for when there is no network."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import sapa

THEME, PAPER = "#0F6B5C", "#FAFAF7"
SHELL = ("web/sapa.css", "web/sapa.js", "web/live.js", "web/mark.svg", "web/icons/192.png")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Web App Manifest (W3C), with a share target for exported chats."""
    icons = [
        {"src": static(f"web/icons/{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    masked = {"src": static("web/icons/maskable-512.png"), "sizes": "512x512", "purpose": "maskable"}
    return JsonResponse(
        {
            "id": "/",
            "name": "Sapa",
            "short_name": "Sapa",
            "description": _("Kenali setiap pelanggan toko Anda."),
            "lang": "id",
            "start_url": reverse("today"),
            "scope": "/",
            "display": "standalone",
            "theme_color": THEME,
            "background_color": PAPER,
            "icons": [*icons, masked | {"type": "image/png"}],
            "shortcuts": [
                {"name": _("Kotak Masuk"), "url": reverse("inbox")},
                {"name": _("Pelanggan"), "url": reverse("customers")},
            ],
            "share_target": {
                "action": reverse("share_target"),
                "method": "POST",
                "enctype": "multipart/form-data",
                "params": {
                    "title": "title",
                    "text": "text",
                    "files": [
                        {
                            "name": "files",
                            "accept": ["text/plain", ".txt", "application/zip", ".zip", "text/csv", ".csv"],
                        }
                    ],
                },
            },
        },
        content_type="application/manifest+json",
    )


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it may serve every page; its name for the cache follows its files."""
    shell = [static(name) for name in SHELL]
    context = {"shell": shell, "version": _version(shell), "offline": reverse("offline")}
    answer = render(request, "web/worker.js", context, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _version(shell: list[str]) -> str:
    return hashlib.sha256(" ".join([sapa.__version__, *shell]).encode()).hexdigest()[:12]


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows where no page can come; nobody's data stands on it."""
    return render(request, "web/offline.html")
