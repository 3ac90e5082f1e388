"""Teammates: who has a place in a business, and in which role."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Teammate, User
from sapa.accounts.operations.audit import record_audit
from sapa.accounts.rules import ROLES, normalise_email
from sapa.accounts.types import AccountError
from sapa.lib.database import write


def add_teammate(
    *,
    business: Business,
    email: str,
    name: str = "",
    role: str,
    language: str = "id",
    by: Teammate | None = None,
    now: datetime,
) -> Teammate:
    """A person's place in a business; the person is made at their first place. Somebody who left comes back.

    Raises `AccountError` for an address that is none, and for one that already has a place here.
    """
    address = _checked_email(email)
    _check_role(role)
    shown = " ".join(name.split())[:120] or address.split("@")[0]
    with write():
        user, _made = User.objects.get_or_create(
            email=address,
            defaults={"name": shown, "language": language, "joined_at": now, "password": make_password(None)},
        )
        teammate = Teammate.objects.filter(business=business, user=user).first()
        if teammate is not None and teammate.is_active:
            raise AccountError(_("%(email)s sudah ada di tim ini.") % {"email": address})
        if teammate is None:
            teammate = Teammate(business=business, user=user, joined_at=now)
        teammate.name, teammate.role, teammate.is_active = shown, role, True
        teammate.save()
        record_audit(
            business=business,
            by=by,
            verb="added",
            object_kind="teammate",
            object_id=str(teammate.id),
            data={"role": role},
            now=now,
        )
    return teammate


def change_role(*, teammate: Teammate, role: str, by: Teammate, now: datetime) -> None:
    """Another role for a teammate. Raises `AccountError` where the business would be left without an owner."""
    _check_role(role)
    with write():
        if role != Teammate.Role.OWNER:
            _keep_an_owner(teammate)
        before, teammate.role = teammate.role, role
        teammate.save(update_fields=["role"])
        _audit_teammate(teammate, "changed_role", {"from": before, "to": role}, by, now)


def remove_teammate(*, teammate: Teammate, by: Teammate, now: datetime) -> None:
    """A teammate leaves; what they did stays under their name. Raises `AccountError` for the last owner."""
    with write():
        _keep_an_owner(teammate)
        teammate.is_active = False
        teammate.save(update_fields=["is_active"])
        _audit_teammate(teammate, "removed", {}, by, now)


def change_person(*, user: User, name: str | None = None, language: str | None = None) -> None:
    """A person's own name and language."""
    with write():
        user.name = user.name if name is None else " ".join(name.split())[:120]
        user.language = language or user.language
        user.save(update_fields=["name", "language"])


def _audit_teammate(teammate: Teammate, verb: str, data: dict[str, Any], by: Teammate, now: datetime) -> None:
    record_audit(
        business=teammate.business,
        by=by,
        verb=verb,
        object_kind="teammate",
        object_id=str(teammate.id),
        data=data,
        now=now,
    )


def _keep_an_owner(leaving: Teammate) -> None:
    owners = Teammate.objects.filter(
        business_id=leaving.business_id, role=Teammate.Role.OWNER, is_active=True
    )
    if not owners.exclude(id=leaving.id).exists():
        raise AccountError(
            _("%(name)s satu-satunya pemilik. Jadikan orang lain pemilik dulu.") % {"name": leaving.name}
        )


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise AccountError(
            _("Peran %(role)s tidak ada. Pilih: %(roles)s.") % {"role": role, "roles": ", ".join(ROLES)}
        )


def _checked_email(raw: str) -> str:
    address = normalise_email(raw)
    try:
        validate_email(address)
    except ValidationError as error:
        raise AccountError(
            _("%(email)s bukan alamat e-mail. Tulis seperti nama@contoh.id.")
            % {"email": raw.strip() or "(kosong)"}
        ) from error
    return address
