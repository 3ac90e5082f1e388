"""Taking back what was set of how the shop serves: who is here, teams, channels' targets, moments, automations.

What was changed again since has its own way back: each raises LookupError then.
"""

from __future__ import annotations

from collections.abc import Callable

from sapa.accounts.models import AuditEntry
from sapa.accounts.operations import put_back_team, set_duty
from sapa.accounts.queries import list_teammates
from sapa.accounts.types import AccountError, Act
from sapa.automations.operations import put_back_automation
from sapa.automations.queries import get_automation
from sapa.automations.types import AutomationError
from sapa.channels.operations import set_service
from sapa.channels.queries import list_channels
from sapa.conversations.queries import list_teams
from sapa.moments.operations import put_back_moment
from sapa.moments.queries import get_moment
from sapa.surveys.models import Survey
from sapa.surveys.operations import put_back_survey
from sapa.web.access import Seat


def _team(seat: Seat, entry: AuditEntry) -> None:
    put_back_team(
        business=seat.business,
        team_id=int(entry.object_id),
        entry_data=entry.data,
        by=seat.teammate,
        now=seat.now,
    )


def _duty(seat: Seat, entry: AuditEntry) -> None:
    everyone = {mate.pk: mate for mate in list_teammates(seat.business, everyone=True)}
    mate, before, after = everyone[int(entry.object_id)], entry.data["before"], entry.data["after"]
    if mate.pk != seat.teammate.pk and not seat.may(Act.TEAM):
        raise LookupError("only the owner says for others whether they are here")
    if any(getattr(mate, name) != value for name, value in after.items()):
        raise LookupError("this has changed since")
    set_duty(teammate=mate, **before, by=seat.teammate, now=seat.now)


def _service(seat: Seat, entry: AuditEntry) -> None:
    before, after = entry.data["before"], entry.data["after"]
    channel = next((one for one in list_channels(seat.business) if one.pk == int(entry.object_id)), None)
    if channel is None or any(getattr(channel, name) != value for name, value in after.items()):
        raise LookupError("this channel has changed since")
    team = next((one for one in list_teams(seat.business) if one.pk == before["team_id"]), None)
    minutes = before["reply_target_minutes"]
    set_service(channel=channel, reply_target_minutes=minutes, team=team, by=seat.teammate, now=seat.now)


def _moment(seat: Seat, entry: AuditEntry) -> None:
    moment = get_moment(seat.business, int(entry.object_id))
    put_back_moment(moment=moment, entry_data=entry.data, by=seat.teammate, now=seat.now)


def _automation(seat: Seat, entry: AuditEntry) -> None:
    automation = get_automation(seat.business, int(entry.object_id))
    try:
        put_back_automation(automation=automation, entry_data=entry.data, by=seat.teammate, now=seat.now)
    except AutomationError as error:
        raise AccountError(str(error)) from error


def _survey(seat: Seat, entry: AuditEntry) -> None:
    survey = Survey.objects.get(business=seat.business, pk=int(entry.object_id))
    put_back_survey(survey=survey, entry_data=entry.data, by=seat.teammate, now=seat.now)


SERVICE: dict[tuple[str, str], tuple[Act, Callable[[Seat, AuditEntry], None]]] = {
    ("teammate", "set_duty"): (Act.WORK, _duty),
    ("team", "team.saved"): (Act.TEAM, _team),
    ("team", "team.removed"): (Act.TEAM, _team),
    ("channel", "set_service"): (Act.SETTINGS, _service),
    ("moment", "moment.written"): (Act.SETTINGS, _moment),
    ("automation", "automation.saved"): (Act.SETTINGS, _automation),
    ("survey", "survey.saved"): (Act.SETTINGS, _survey),
    ("survey", "survey.ended"): (Act.SETTINGS, _survey),
}
