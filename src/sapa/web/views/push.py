"""Waking devices: a browser is taken on, let go, and tried."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.notices.models import Device
from sapa.notices.operations import add_device, drop_device, drop_endpoint, send_test
from sapa.notices.queries import get_device
from sapa.notices.types import Outcome, PushResult, Subscription, SubscriptionError
from sapa.web.access import Seat, SeatedRequest, act_only, go
from sapa.web.answers import UNPROCESSABLE, tell


@act_only(Act.LOOK)
def subscribe(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """What the browser's `PushManager.subscribe` gave, as form fields; answers the device's id, or why not."""
    given = request.POST
    try:
        device = add_device(
            business=seat.business,
            teammate=seat.teammate,
            subscription=Subscription(
                given.get("endpoint", ""), given.get("p256dh", ""), given.get("auth", "")
            ),
            name=_device_name(request.headers.get("User-Agent", "")),
            hides_words=given.get("hides_words") == "1",
            language=seat.language,
            now=seat.now,
        )
    except SubscriptionError as error:
        return JsonResponse({"error": str(error)}, status=UNPROCESSABLE)
    return JsonResponse({"device": str(device.public_id)})


_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def _device_name(agent: str) -> str:
    """“Chrome di Android”, as far as the browser says."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser and system:
        return _("%(browser)s di %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Peramban lain")


@act_only(Act.LOOK)
def forget(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """This browser, by its address at the push service: whoever signs out leaves none behind."""
    drop_endpoint(teammate=seat.teammate, endpoint=request.POST.get("endpoint", ""))
    return JsonResponse({})


@act_only(Act.LOOK)
def drop(request: SeatedRequest, seat: Seat, device_id: UUID) -> HttpResponse:
    """One of one's own devices, from the list."""
    if not drop_device(business=seat.business, teammate=seat.teammate, public_id=device_id):
        raise Http404
    tell(request, _("Perangkat itu tidak lagi dikabari."))
    return go(request, reverse("settings_notices"))


@act_only(Act.LOOK)
def test(request: SeatedRequest, seat: Seat, device_id: UUID) -> HttpResponse:
    """One push to one device, now; says what its push service answered and how long that took."""
    try:
        device = get_device(seat.teammate, device_id)
    except Device.DoesNotExist as error:
        raise Http404 from error
    result = send_test(device=device, now=seat.now)
    tell(request, _tell_result(device.name, result))
    return go(request, reverse("settings_notices"))


def _tell_result(name: str, result: PushResult) -> str:
    seconds = f"{result.seconds:.1f}".replace(".", ",")
    words = {"name": name, "seconds": seconds, "status": result.status, "problem": result.problem}
    if result.outcome is Outcome.SENT:
        return (
            _(
                "%(name)s: terkirim dalam %(seconds)s detik. Kalau tidak muncul, ikuti petunjuk merek HP di bawah."
            )
            % words
        )
    if result.outcome is Outcome.GONE:
        return (
            _(
                "%(name)s: izinnya sudah dicabut, jadi perangkat ini dilepas. Aktifkan lagi dari perangkat itu."
            )
            % words
        )
    if result.outcome is Outcome.REFUSED:
        return (
            _("%(name)s: ditolak layanan peramban (%(status)s %(problem)s). Lepas, lalu aktifkan lagi.")
            % words
        )
    return _("%(name)s: layanan peramban belum menjawab (%(problem)s). Coba lagi sebentar.") % words
