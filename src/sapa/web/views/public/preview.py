"""What the owner copies into the own site, and the chat bubble to try at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sapa.accounts.types import Act
from sapa.channels.models import Channel
from sapa.channels.queries import get_channel
from sapa.gateway.accounts import get_account
from sapa.gateway.adapters.web.origins import list_origins
from sapa.gateway.connecting import Account
from sapa.web.access import Seat, SeatedRequest, screen
from sapa.web.views.public.forms import HONEYPOT

_NOTHING = SafeString("")


@screen(Act.SETTINGS)
def preview(request: SeatedRequest, seat: Seat, channel_id: UUID) -> HttpResponse:
    """The tags of one connected site; a channel of another kind is no page."""
    try:
        channel = get_channel(seat.business, channel_id)
    except Channel.DoesNotExist:
        raise Http404 from None
    if channel.kind != "web":
        raise Http404
    account = get_account(channel)
    return render(
        request,
        "web/public/preview.html",
        {
            "channel": channel,
            "is_live": channel.is_live and bool(account.settings.get("visitor_secret")),
            "origins": list_origins(account.settings),
            "script": script_address(),
            **tags_of(account, base=request.build_absolute_uri("/").rstrip("/")),
        },
    )


def script_address() -> str:
    """Where the loader lies: the name without a hash, since it stands in other people's pages for years."""
    return f"/{settings.STATIC_URL.strip('/')}/public/sapa.js"


def tags_of(account: Account, *, base: str) -> dict[str, str]:
    """The texts to copy, by name: tag, form_tag, identity; `base` is Sapa's own address without a slash at the end."""
    track = str(account.settings.get("track") or "ask")
    tag = format_html(
        '<script src="{}{}" data-key="{}" data-track="{}" async></script>',
        base,
        script_address(),
        account.public_id,
        track,
    )
    return {
        "tag": str(tag),
        "form_tag": _form_tag(account, base),
        "identity": f"hmac_sha256({str(account.settings.get('identity_secret') or '')!r}, user_id) → hex",
    }


def consent_version(text: str) -> str:
    """The name of one wording of the consent: another wording is another version."""
    return f"s-{hashlib.blake2b(text.strip().encode(), digest_size=5).hexdigest()}"


def _form_tag(account: Account, base: str) -> str:
    name = _("tanya-stok")
    return str(
        format_html(
            '<form data-sapa-form="{name}" method="post" action="{base}{path}">\n'
            '  <label>{your_name} <input name="nama" autocomplete="name" required></label>\n'
            '  <label>{phone} <input name="hp" type="tel" autocomplete="tel" required></label>\n'
            '  <label>{question} <textarea name="pertanyaan"></textarea></label>\n'
            "{consent}"
            '  <input name="{trap}" tabindex="-1" autocomplete="off" aria-hidden="true" hidden>\n'
            "  <button>{send}</button>\n"
            "</form>",
            name=name,
            base=base,
            path=reverse("public_form", args=[account.public_id, name]),
            your_name=_("Nama"),
            phone=_("Nomor WA"),
            question=_("Pertanyaan"),
            consent=_consent_tag(account.settings),
            trap=HONEYPOT,
            send=_("Kirim"),
        )
    )


def _consent_tag(values: Mapping[str, Any]) -> SafeString:
    text = str(values.get("consent_text") or "").strip()
    if not text:
        return _NOTHING
    box = format_html(
        '  <label><input type="checkbox" name="setuju" value="{}"> {}</label>', consent_version(text), text
    )
    return mark_safe(box + "\n")  # noqa: S308 - made by format_html
