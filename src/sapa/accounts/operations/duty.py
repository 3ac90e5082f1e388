"""Who is here to answer, how much each takes, and who answers together as a team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from sapa.accounts.models import Business, Team, Teammate, TeamPlace
from sapa.accounts.operations.audit import record_audit
from sapa.accounts.types import AccountError
from sapa.lib.database import write

_MOST_OPEN = 1000


def set_duty(
    *, teammate: Teammate, is_away: bool, most_open: int | None, by: Teammate | None, now: datetime
) -> None:
    """Whether a teammate is away, and the most conversations that they take at once (None: no limit).

    Raises `AccountError` for a number that cannot be.
    """
    if most_open is not None and not 0 < most_open <= _MOST_OPEN:
        raise AccountError(_("Batas percakapan: tulis angka 1 sampai %(most)d.") % {"most": _MOST_OPEN})
    values = {"is_away": is_away, "most_open": most_open}
    before = {name: getattr(teammate, name) for name in values}
    if before == values:
        return
    with write():
        teammate.is_away, teammate.most_open = is_away, most_open
        teammate.save(update_fields=list(values))
        record_audit(
            business=teammate.business,
            by=by,
            verb="set_duty",
            object_kind="teammate",
            object_id=str(teammate.pk),
            data={"before": before, "after": values},
            now=now,
        )


def save_team(
    *,
    business: Business,
    team: Team | None,
    name: str,
    mates: Sequence[Teammate],
    by: Teammate | None,
    now: datetime,
) -> Team:
    """A new team, or another name or other people for one. Raises `AccountError` for a name that is taken or none."""
    name = " ".join(name.split())[:60]
    if not name:
        raise AccountError(_("Beri nama timnya dulu."))
    twins = Team.objects.filter(business=business, name__iexact=name)
    if (twins.exclude(pk=team.pk) if team else twins).exists():
        raise AccountError(_("Tim %(name)s sudah ada. Pakai nama lain.") % {"name": name})
    with write():
        before = _told(team) if team else None
        team = team or Team(business=business)
        team.name = name
        team.save()
        _place(team, [mate.pk for mate in mates if mate.business_id == business.pk])
        _audit(team, "team.saved", before, _told(team), by, now)
    return team


def remove_team(*, team: Team, by: Teammate | None, now: datetime) -> None:
    """The team is no more; its conversations and channels belong to everybody."""
    with write():
        _audit(team, "team.removed", _told(team), None, by, now)
        team.delete()


def put_back_team(
    *, business: Business, team_id: int, entry_data: Mapping[str, Any], by: Teammate | None, now: datetime
) -> None:
    """The team as it was before a change. Raises LookupError where it was changed again since."""
    before, after = entry_data["before"], entry_data["after"]
    team = Team.objects.filter(business=business, pk=team_id).first()
    if (_told(team) if team else None) != after:
        raise LookupError("this team has changed since")
    with write():
        if before is None:
            if team is not None:
                team.delete()
        else:
            team = team or Team(business=business, pk=team_id)
            team.name = before["name"]
            team.save()
            _place(team, before["mates"])
        record_audit(
            business=business,
            by=by,
            verb="team.put_back",
            object_kind="team",
            object_id=str(team_id),
            now=now,
        )


def _place(team: Team, mate_ids: Sequence[int]) -> None:
    TeamPlace.objects.filter(team=team).delete()
    known = Teammate.objects.filter(business=team.business, pk__in=mate_ids).order_by("id")
    TeamPlace.objects.bulk_create(
        TeamPlace(business=team.business, team=team, teammate=mate) for mate in known
    )


def _told(team: Team) -> dict[str, Any]:
    places = TeamPlace.objects.filter(team=team).order_by("teammate_id")
    return {"name": team.name, "mates": list(places.values_list("teammate_id", flat=True))}


def _audit(
    team: Team,
    verb: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    by: Teammate | None,
    now: datetime,
) -> None:
    record_audit(
        business=team.business,
        by=by,
        verb=verb,
        object_kind="team",
        object_id=str(team.pk),
        data={"before": before, "after": after},
        now=now,
    )
