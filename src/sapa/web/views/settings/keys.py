"""Keys under which the shop's site or programs send events: made, shown once, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.channels.models import Channel
from sapa.channels.operations import find_or_make_channel, issue_write_key, withdraw_write_key
from sapa.channels.queries import get_channel
from sapa.web.access import Seat, SeatedRequest, act_only, go
from sapa.web.answers import tell
from sapa.web.views.settings.forms import SERVER, KeyForm
from sapa.web.views.settings.front import draw


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key as it is shown this once, with the line that takes it into a program."""

    key: str
    line: str
    is_server: bool


@act_only(Act.SETTINGS)
def issue_key(request: SeatedRequest, seat: Seat) -> HttpResponse:
    """A new key; the one before it under the same name stops working."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        return draw(request, seat, part="keys", form=form)
    is_server = form.cleaned_data["use"] == SERVER
    words = [" ".join(str(form.cleaned_data["name"]).split()), SERVER if is_server else ""]
    channel = find_or_make_channel(
        business=seat.business, kind="web", name=" ".join(filter(None, words)), now=seat.now
    )
    key = issue_write_key(channel=channel, by=seat.teammate, now=seat.now, for_server=is_server)
    return draw(
        request, seat, part="keys", made=MadeKey(key, _program_line(request, key, is_server), is_server)
    )


def _program_line(request: SeatedRequest, key: str, is_server: bool) -> str:
    """Segment's own clients, pointed at this address: analytics-python for a server, analytics-next for a page."""
    if is_server:
        return f'client = Client("{key}", host="{request.build_absolute_uri("/").rstrip("/")}")'
    host = f'apiHost: "{request.get_host()}/v1", protocol: "{request.scheme}"'
    return f'AnalyticsBrowser.load({{ writeKey: "{key}" }}, {{ integrations: {{ "Segment.io": {{ {host} }} }} }})'


@act_only(Act.SETTINGS)
def withdraw_key(request: SeatedRequest, seat: Seat, channel_id: UUID) -> HttpResponse:
    """Nobody sends events under this key any more; within seconds it is refused."""
    try:
        channel = get_channel(seat.business, channel_id)
    except Channel.DoesNotExist as error:
        raise Http404 from error
    if channel.write_key_digest:
        withdraw_write_key(channel=channel, by=seat.teammate, now=seat.now)
        tell(request, _("Kunci dicabut. Yang sudah masuk tetap ada."))
    return go(request, reverse("settings_part", args=["keys"]))
