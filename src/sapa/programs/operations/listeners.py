"""Listeners: made, changed, switched off and on, their secret renewed, let go."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate
from sapa.accounts.operations import record_audit
from sapa.actions.models import Action
from sapa.channels.queries import sealing_key
from sapa.contacts.models import Cursor
from sapa.contacts.queries import get_head
from sapa.lib.database import write
from sapa.lib.secrets import seal
from sapa.programs.kinds import TELLABLE
from sapa.programs.models import Listener
from sapa.programs.operations.following import CONSUMER
from sapa.programs.rules import FORMER_HOLDS, SECRET_PREFIX, find_fault
from sapa.programs.types import ProgramError

MOST = 20
WITHDRAWN = "withdrawn"
_SECRET_BYTES = 32


def add_listener(
    *,
    business: Business,
    address: str,
    kinds: Iterable[str],
    name: str = "",
    with_text: bool = False,
    by: Teammate | None,
    now: datetime,
) -> tuple[Listener, str]:
    """An address that is called from now on, and the secret that signs the calls: it is to be seen this once.

    Raises `ProgramError` for an address that may not be called, for unknown kinds, and for more than twenty listeners.
    """
    wanted, secret = _check(address, kinds), _make_secret()
    with write():
        if Listener.objects.filter(business=business).count() >= MOST:
            raise ProgramError(_("Sudah ada 20 webhook. Hapus yang tidak dipakai dulu."))
        listener = Listener.objects.create(
            business=business,
            name=_short(name),
            address=address,
            kinds=wanted,
            with_text=with_text,
            sealed_secret=seal(sealing_key(), secret),
            by=by,
            created_at=now,
            since=now,
            told_actions=_newest_action(business),
        )
        _begin_to_follow(business)
        _audit(listener, "listener.made", by, now)
    return listener, secret


def change_listener(
    *,
    listener: Listener,
    by: Teammate | None,
    now: datetime,
    address: str | None = None,
    kinds: Iterable[str] | None = None,
    name: str | None = None,
    with_text: bool | None = None,
) -> Listener:
    """What is given takes the place of what was. Raises `ProgramError` as `add_listener` does."""
    wanted = _check(
        listener.address if address is None else address, listener.kinds if kinds is None else kinds
    )
    with write():
        listener.address = listener.address if address is None else address
        listener.kinds = wanted
        listener.name = listener.name if name is None else _short(name)
        listener.with_text = listener.with_text if with_text is None else with_text
        listener.save(update_fields=["address", "kinds", "name", "with_text"])
        _audit(listener, "listener.changed", by, now)
    return listener


def switch_off(*, listener: Listener, by: Teammate | None, now: datetime) -> bool:
    """It is called no more until it is switched on; False where it was off already."""
    with write():
        on = Listener.objects.filter(pk=listener.pk, off_at__isnull=True)
        if not on.update(off_at=now, off_why=WITHDRAWN):
            return False
        _audit(listener, "listener.switched_off", by, now)
        return True


def switch_on(*, listener: Listener, by: Teammate | None, now: datetime) -> bool:
    """It is told of what happens from now on, and of what still waited; False where it was on already."""
    with write():
        off = Listener.objects.filter(pk=listener.pk, off_at__isnull=False)
        fresh = {"since": now, "told_actions": _newest_action(listener.business), "failing_since": None}
        if not off.update(off_at=None, off_why="", **fresh):
            return False
        _begin_to_follow(listener.business)
        _audit(listener, "listener.switched_on", by, now)
        return True


def renew_secret(*, listener: Listener, by: Teammate | None, now: datetime) -> str:
    """A new secret, to be seen this once; the one before it signs beside it for a day, so that nothing is refused."""
    secret = _make_secret()
    with write():
        fresh = Listener.objects.select_for_update().get(pk=listener.pk)
        fresh.sealed_former, fresh.former_until = fresh.sealed_secret, now + FORMER_HOLDS
        fresh.sealed_secret = seal(sealing_key(), secret)
        fresh.save(update_fields=["sealed_former", "former_until", "sealed_secret"])
        _audit(listener, "listener.renewed_secret", by, now)
    return secret


def drop_listener(*, listener: Listener, by: Teammate | None, now: datetime) -> None:
    """The listener goes, with what it was told and its secret."""
    with write():
        _audit(listener, "listener.dropped", by, now)
        Listener.objects.filter(pk=listener.pk).delete()


def _check(address: str, kinds: Iterable[str]) -> list[str]:
    fault = find_fault(address, settings.HOOK_HOSTS)
    if fault:
        raise ProgramError(_say_fault(fault), "address")
    wanted = sorted(set(kinds))
    if not wanted:
        raise ProgramError(_("Pilih paling sedikit satu kejadian."), "kinds")
    if unknown := [kind for kind in wanted if kind not in TELLABLE]:
        raise ProgramError(_("Kejadian %(kind)s tidak dikenal.") % {"kind": unknown[0][:40]}, "kinds")
    return wanted


def _say_fault(fault: str) -> str:
    return {
        "unreadable": _("Alamat ini tidak terbaca. Tulis lengkap, misalnya https://contoh.id/sapa."),
        "not_https": _("Alamatnya harus mulai dengan https:// supaya isinya tidak terbaca di jalan."),
        "has_password": _("Jangan taruh nama atau kata sandi di alamat. Tanda tangan sudah cukup."),
        "private": _("Alamat ini ada di jaringan sendiri. Pakai alamat yang terbuka di internet."),
    }[fault]


def _short(name: str) -> str:
    return " ".join(name.split())[:60]


def _make_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def _newest_action(business: Business) -> int:
    newest: int | None = Action.objects.filter(business=business).aggregate(newest=Max("id"))["newest"]
    return newest or 0


def _begin_to_follow(business: Business) -> None:
    """A reader that is new begins with what comes next."""
    Cursor.objects.get_or_create(
        business=business, consumer=CONSUMER, defaults={"position": get_head(business)}
    )


def _audit(listener: Listener, verb: str, by: Teammate | None, now: datetime) -> None:
    record_audit(
        business=listener.business,
        by=by,
        verb=verb,
        object_kind="listener",
        object_id=str(listener.pk),
        now=now,
    )
