"""The rival of the intake: the Django view that one would write first, at the same durability."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from sapa.gateway.models import Payload

KNOWN: dict[str, Any] = {}
"""The channel's secret, its id and that of its business; whoever starts the server fills it."""


def insert_one(request: HttpRequest) -> HttpResponse:
    """Verified, then one insert by the ORM, unless it is there."""
    body = request.body
    signature = hmac.new(KNOWN["secret"], body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"sha256={signature}", request.headers.get("X-Hub-Signature-256", "")):
        return HttpResponse(status=401)
    Payload.objects.get_or_create(
        business_id=KNOWN["business_id"],
        channel_id=KNOWN["channel_id"],
        dedupe_key=hashlib.sha256(b"orm" + body).hexdigest(),
        defaults={"body": body, "received_at": timezone.now()},
    )
    return HttpResponse(status=200)


urlpatterns = [path("orm", insert_one)]
