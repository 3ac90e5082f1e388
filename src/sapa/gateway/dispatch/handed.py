"""Files that a provider fetches from us: each at an address that nobody can guess, for one message, while it is being sent.

The address names dispatch and file under the installation's key, so nothing is stored. It opens while the message is on its
way and for as long afterwards as the channel's provider needs; a message that failed or was cancelled opens nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.core import signing
from django.templatetags.static import static

from sapa.conversations.models import Attachment
from sapa.gateway.connecting import Account
from sapa.gateway.contract import OutboundFile
from sapa.gateway.models import Dispatch
from sapa.gateway.registry import find_adapter

PATH = "/files/"
MOST_PREVIEW = 1024 * 1024
_SALT = "sapa.handed-file"
_LONGEST = timedelta(days=8)
_STAND_IN = "web/icons/192.png"


def with_address(file: OutboundFile, one: Attachment, dispatch: Dispatch, account: Account) -> OutboundFile:
    """The file with where it can be fetched; a picture that is small enough is its own preview."""
    base = str(account.settings.get("public_url") or "")
    address = f"{base}{PATH}{signing.dumps([dispatch.pk, one.pk], salt=_SALT, compress=False)}/"
    is_own = file.kind == "image" and file.size <= MOST_PREVIEW
    return replace(file, address=address, preview=address if is_own else f"{base}{static(_STAND_IN)}")


def find_handed(token: str, *, now: datetime) -> Attachment | None:
    """The file behind such an address, None where it does not open (any more)."""
    try:
        dispatch_id, attachment_id = signing.loads(token, salt=_SALT, max_age=_LONGEST)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Dispatch.objects.filter(pk=dispatch_id).select_related("channel")
    dispatch = rows.first()
    if dispatch is None or not _is_open(dispatch, now):
        return None
    return Attachment.objects.filter(
        pk=attachment_id, message=dispatch.message_id, state=Attachment.State.STORED
    ).first()


def _is_open(dispatch: Dispatch, now: datetime) -> bool:
    adapter = find_adapter(dispatch.channel.kind)
    grace = adapter.capabilities.fetches_files if adapter else None
    if grace is None:
        return False
    if dispatch.state == Dispatch.State.TAKEN:
        return True
    since = dispatch.sent_at or dispatch.taken_at
    went = dispatch.state in (Dispatch.State.SENT, Dispatch.State.UNCERTAIN)
    return went and since is not None and now <= since + grace
