"""Files that a channel's provider fetches while a message is on its way: without signing in, at an address that soon closes."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from sapa.gateway.dispatch.handed import find_handed
from sapa.lib import clock
from sapa.lib.files import SHOWN_IN_PLACE


@require_safe
def handed_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The bytes of one file of one message; 404 for whatever does not open, without saying why."""
    found = find_handed(token, now=clock.now())
    if found is None or not default_storage.exists(found.stored_as):
        raise Http404
    is_plain = found.mime.startswith(SHOWN_IN_PLACE)
    answer = FileResponse(
        default_storage.open(found.stored_as),
        content_type=found.mime if is_plain else "application/octet-stream",
        as_attachment=not is_plain,
        filename=found.name or "berkas",
    )
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
