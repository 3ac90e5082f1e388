"""The e-mail of the morning: once a day to each teammate who wants it, from eight o'clock in the shop's zone."""

from __future__ import annotations

import smtplib
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.signing import BadSignature, Signer
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from sapa.accounts.models import Business, Teammate
from sapa.accounts.queries import list_teammates
from sapa.lib.database import write
from sapa.notices.models import MorningMail
from sapa.notices.mornings import make_morning
from sapa.notices.operations.wishes import save_wish
from sapa.notices.queries import find_wish
from sapa.notices.types import Morning

EIGHT = time(8)
UNTIL = time(11)
"""What could not be sent by then is not sent that day: at noon nobody reads what the morning should bring."""

MOST_TRIES = 5
_AGAIN_AFTER = timedelta(minutes=10)
_NO_MAIL = "sapa.local"
_SALT = "sapa.notices.morning"


def send_due_mornings(*, business: Business, now: datetime) -> int:
    """Sends this morning's e-mails that were not sent yet; answers how many went out."""
    local = now.astimezone(ZoneInfo(business.timezone))
    if not EIGHT <= local.time() < UNTIL or not settings.EMAIL_IS_SET:
        return 0
    sent = 0
    for mate in list_teammates(business):
        if _wants(mate) and _take(mate, local.date(), now):
            sent += send_morning(teammate=mate, day=local.date(), now=now)
    return sent


def send_morning(*, teammate: Teammate, day: date, now: datetime) -> bool:
    """Sends the mail of a day whose row was taken; answers whether one went out."""
    morning = make_morning(teammate, now=now)
    if morning.is_empty:
        _end(teammate, day, MorningMail.State.EMPTY, now)
        return False
    try:
        _write_mail(teammate, morning).send()
    except (smtplib.SMTPException, OSError) as error:
        _end(teammate, day, MorningMail.State.FAILED, now, f"{type(error).__name__}: {error}"[:120])
        return False
    _end(teammate, day, MorningMail.State.SENT, now)
    return True


def stop_morning_mail(*, token: str) -> Teammate | None:
    """Ends the mails of the teammate whom a link in one of them names; None for a link that is none of ours."""
    teammate = find_by_token(token)
    if teammate is not None:
        save_wish(teammate=teammate, wants_morning_mail=False)
    return teammate


def find_by_token(token: str) -> Teammate | None:
    """The teammate whom the link of a morning's e-mail names."""
    try:
        public_id = Signer(salt=_SALT).unsign(token)
    except BadSignature:
        return None
    return Teammate.objects.select_related("business", "user").filter(public_id=public_id).first()


def make_token(teammate: Teammate) -> str:
    return Signer(salt=_SALT).sign(str(teammate.public_id))


def _wants(mate: Teammate) -> bool:
    return not mate.user.email.endswith(f"@{_NO_MAIL}") and find_wish(mate).wants_morning_mail


def _take(mate: Teammate, day: date, now: datetime) -> bool:
    """Whether this mail is ours to send: by a new row, or by one that failed a while ago."""
    with write():
        row, made = MorningMail.objects.get_or_create(
            business=mate.business, teammate=mate, day=day, defaults={"at": now, "tries": 1}
        )
        if made:
            return True
        again = MorningMail.objects.filter(
            pk=row.pk, state=MorningMail.State.FAILED, tries__lt=MOST_TRIES, at__lte=now - _AGAIN_AFTER
        )
        return again.update(state=MorningMail.State.TAKEN, tries=F("tries") + 1, at=now) > 0


def _end(mate: Teammate, day: date, state: str, now: datetime, problem: str = "") -> None:
    with write():
        mine = MorningMail.objects.filter(business=mate.business, teammate=mate, day=day)
        mine.update(state=state, at=now, problem=problem)


def _write_mail(mate: Teammate, morning: Morning) -> EmailMultiAlternatives:
    base = settings.PUBLIC_URL.rstrip("/")
    stop = base + reverse("morning_stop", args=[make_token(mate)])
    with override(mate.user.language), timezone.override(ZoneInfo(mate.business.timezone)):
        words = {
            "morning": morning,
            "base": base,
            "stop": stop,
            "settings": base + reverse("settings_notices"),
        }
        mail = EmailMultiAlternatives(
            subject=_subject(morning),
            body=render_to_string("notices/morning.txt", words),
            to=[mate.user.email],
            headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
            connection=get_connection(fail_silently=False),
        )
        mail.attach_alternative(render_to_string("notices/morning.html", words), "text/html")
    return mail


def _subject(morning: Morning) -> str:
    if morning.waiting_total:
        told = ngettext("%(n)d pelanggan menunggu", "%(n)d pelanggan menunggu", morning.waiting_total)
        return f"{morning.shop}: {told % {'n': morning.waiting_total}}"
    return _("%(shop)s: yang perlu dilakukan hari ini") % {"shop": morning.shop}
