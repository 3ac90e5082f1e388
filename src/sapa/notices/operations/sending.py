"""The outbox of pushes: taken by a conditional update, sent outside of any transaction, what became of it kept."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from sapa.accounts.models import Business, Teammate
from sapa.accounts.queries import get_owner
from sapa.lib import json
from sapa.lib.database import write
from sapa.lib.secrets import load_key
from sapa.notices.models import Device, Push
from sapa.notices.pushing import Sender
from sapa.notices.rules import next_wait
from sapa.notices.types import Outcome, PushResult, Subscription

AT_ONCE = 50
SIDE_BY_SIDE = 8
STALE = timedelta(hours=1)
_LEASE = timedelta(minutes=2)
_NO_MAIL = "sapa.local"


def send_due_pushes(*, business: Business, now: datetime) -> int:
    """Sends what is due; answers how many pushes were tried."""
    taken = _take(business, now)
    if not taken:
        return 0
    with make_sender(business) as sender, ThreadPoolExecutor(SIDE_BY_SIDE, "sapa-push") as threads:
        answers = list(threads.map(lambda push: _send(sender, push, now), taken))
    for push, (result, retry_after) in zip(taken, answers, strict=True):
        _record(push, result, retry_after, now)
    return len(taken)


def send_test(*, device: Device, now: datetime) -> PushResult:
    """One push to one device, at once; a device that is gone is let go."""
    with override(device.language):
        content = _content(
            title=_("Pemberitahuan uji dari Sapa"),
            line=_("Kalau Anda membaca ini, HP atau laptop ini akan dikabari."),
            path=reverse("settings_notices"),
            tag="test",
        )
    with make_sender(device.business) as sender:
        result, _after = sender.send(_subscription(device), content, now=now)
    if result.outcome is Outcome.GONE:
        _let_go(device)
    elif result.outcome is Outcome.SENT:
        _note_reached(device, now)
    return result


def make_sender(business: Business) -> Sender:
    """A sender under this installation's key; push services may write to the shop's owner (RFC 8292, 2.1)."""
    try:
        email = get_owner(business).user.email
    except Teammate.DoesNotExist:
        email = ""
    usable = email and not email.endswith(f"@{_NO_MAIL}")
    contact = f"mailto:{email}" if usable else "mailto:sapa@example.org"
    return Sender(secret=load_key(Path(settings.KEY_FILE)), contact=contact)


def _take(business: Business, now: datetime) -> list[Push]:
    due = Push.objects.filter(business=business, state=Push.State.WAITING, next_try_at__lte=now)
    ids = list(due.order_by("next_try_at", "id").values_list("id", flat=True)[:AT_ONCE])
    if not ids:
        return []
    taken = []
    with write():
        for pk in ids:
            mine = Push.objects.filter(pk=pk, state=Push.State.WAITING, next_try_at__lte=now)
            if mine.update(next_try_at=now + _LEASE, tries=F("tries") + 1):
                taken.append(pk)
    found = Push.objects.filter(pk__in=taken).select_related("device__teammate", "notice__conversation")
    return list(found.order_by("id"))


def _send(sender: Sender, push: Push, now: datetime) -> tuple[PushResult, float | None]:
    device, notice = push.device, push.notice
    if not device.teammate.is_active:
        return PushResult(Outcome.GONE, 0, 0.0, "left"), None
    if notice.created_at < now - STALE:
        return PushResult(Outcome.REFUSED, 0, 0.0, "late"), None
    title, line = notice.title, notice.line
    if device.hides_words:
        with override(device.language):
            title, line = _("Kabar baru di Sapa"), _("Buka Sapa untuk membacanya.")
    tag = f"c{notice.conversation_id}" if notice.conversation_id else f"n{notice.pk}"
    content = _content(title=title, line=line, path=reverse("notice", args=[notice.public_id]), tag=tag)
    topic = hashlib.sha256(f"{push.business_id} {tag}".encode()).hexdigest()[:32]
    return sender.send(_subscription(device), content, now=now, topic=topic)


def _content(*, title: str, line: str, path: str, tag: str) -> bytes:
    return json.encode({"title": title, "line": line, "path": path, "tag": tag})


def _subscription(device: Device) -> Subscription:
    return Subscription(device.endpoint, device.p256dh, device.auth)


def _record(push: Push, result: PushResult, retry_after: float | None, now: datetime) -> None:
    if result.outcome is Outcome.GONE:
        _let_go(push.device)
        return
    wait = next_wait(push.tries, retry_after) if result.outcome is Outcome.LATER else None
    with write():
        mine = Push.objects.filter(pk=push.pk)
        if wait is not None:
            mine.update(next_try_at=now + wait, problem=result.problem)
        elif result.outcome is Outcome.SENT:
            mine.update(state=Push.State.SENT, ended_at=now, problem="")
            _note_reached(push.device, now)
        else:
            mine.update(state=Push.State.FAILED, ended_at=now, problem=result.problem)


def _let_go(device: Device) -> None:
    with write():
        Device.objects.filter(pk=device.pk).delete()


def _note_reached(device: Device, now: datetime) -> None:
    with write():
        Device.objects.filter(pk=device.pk).update(reached_at=now)
