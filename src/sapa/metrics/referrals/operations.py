"""Making story kits, ending them, and counting how often their links are opened."""

from __future__ import annotations

import re
from datetime import datetime

from django.db.models import F

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.analytics.windows import today
from sapa.contacts.models import Contact
from sapa.lib.database import write
from sapa.metrics.models import KitVisit, StoryKit

CODE = re.compile(r"[A-Z0-9]{4,16}")


class KitError(Exception):
    """What is wrong with a kit, in a code: `code` is no code, `taken` is another kit's."""


def make_kit(
    *,
    business: Business,
    code: str,
    text: str,
    target: str,
    advocate: Contact | None,
    by: Teammate,
    now: datetime,
) -> StoryKit:
    """Makes a kit. Codes are four to sixteen capitals and digits, each once in a shop. Raises KitError."""
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise KitError("code")
    with write():
        if StoryKit.objects.filter(business=business, code=code).exists():
            raise KitError("taken")
        kit = StoryKit.objects.create(
            business=business,
            code=code,
            text=text.strip(),
            target=target,
            advocate=advocate,
            by=by,
            made_at=now,
        )
        _audit(kit, "kit.made", by, now)
    return kit


def end_kit(*, kit: StoryKit, by: Teammate, now: datetime) -> None:
    """The link leads nowhere from now on; what came of it stays."""
    with write():
        if StoryKit.objects.filter(pk=kit.pk, ended_at__isnull=True).update(ended_at=now):
            _audit(kit, "kit.ended", by, now)


def revive_kit(*, kit: StoryKit, by: Teammate, now: datetime) -> None:
    """A kit that was ended leads on again."""
    with write():
        if StoryKit.objects.filter(pk=kit.pk, ended_at__isnull=False).update(ended_at=None):
            _audit(kit, "kit.revived", by, now)


def record_kit_visit(*, kit: StoryKit, now: datetime) -> None:
    """Counts that a link was opened."""
    day = today(kit.business, now)
    with write():
        made = KitVisit.objects.get_or_create(business=kit.business, kit=kit, day=day)[0]
        KitVisit.objects.filter(pk=made.pk).update(number=F("number") + 1)


def _audit(kit: StoryKit, verb: str, by: Teammate, now: datetime) -> None:
    record_audit(
        business=kit.business, by=by, verb=verb, object_kind="kit", object_id=str(kit.pk), data={}, now=now
    )
