"""“Bagikan ke Sapa”: an exported chat arrives from the phone's share sheet and becomes an import to look at."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from sapa.accounts.types import Act
from sapa.imports.operations import add_file, start_batch
from sapa.web.access import Seat, SeatedRequest, go, screen
from sapa.web.answers import UNPROCESSABLE, tell

_OWN = ("", "none", "same-origin")


@csrf_exempt
@screen(Act.LOOK, write=Act.IMPORT)
def share_target(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """Files by POST, as the manifest asks; nothing is taken in before somebody has looked at it.

    The share sheet cannot carry a token of ours. A form on another site cannot either send the session's cookie
    (SameSite=Lax) or hide where it stands (Sec-Fetch-Site), and the worst it could do is a preview that nobody runs.
    """
    if request.method != "POST":
        return render(request, "web/share_target.html")
    if request.headers.get("Sec-Fetch-Site", "") not in _OWN:
        raise PermissionDenied
    files = request.FILES.getlist("files")
    if not files:
        context = {"trouble": _("Belum ada berkas yang ikut. Di WhatsApp, pilih Ekspor chat, lalu Sapa.")}
        return render(request, "web/share_target.html", context, status=UNPROCESSABLE)
    batch = start_batch(business=seat.business, by=seat.teammate, now=seat.now)
    for file in files:
        add_file(batch=batch, name=file.name or "", content=file, now=seat.now)
    tell(request, _("Berkas diterima. Periksa dulu, lalu jalankan."))
    return go(request, reverse("batch", args=[batch.public_id]))
