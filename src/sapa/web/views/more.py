"""Lainnya: what has no place in the bar of a phone."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from sapa.web.access import Seat, SeatedRequest, screen


@screen()
def more(request: SeatedRequest, seat: Seat) -> HttpResponse:
    return render(request, "web/more.html")
