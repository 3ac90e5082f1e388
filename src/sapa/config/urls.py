"""Every address that Sapa answers beside `/v1/*`, which `config.asgi` hands to the intake."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("sapa.api.urls")),
    path("", include("sapa.web.urls")),
]
