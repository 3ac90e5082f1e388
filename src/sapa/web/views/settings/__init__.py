"""Pengaturan: the shop, its people and its sources, one part after another on one page."""

from sapa.web.views.settings.automations import save_answer, save_moment, settings_automations
from sapa.web.views.settings.front import settings, settings_part
from sapa.web.views.settings.hooks import add_hook, hook, hook_deed, hook_replay
from sapa.web.views.settings.keys import issue_key, withdraw_key
from sapa.web.views.settings.look import save_language, save_look
from sapa.web.views.settings.notices import save_notices, settings_notices
from sapa.web.views.settings.programs import settings_programs
from sapa.web.views.settings.service import (
    save_assigning,
    save_channel_service,
    save_duty,
    save_friday,
    save_ranking,
    save_targets,
    settings_service,
    team_new,
    team_remove,
    team_save,
)
from sapa.web.views.settings.shop import save_hours, save_limits, save_names, save_shop
from sapa.web.views.settings.team import change_mate, invite, make_link, remove_mate, save_password
from sapa.web.views.settings.tokens import drop_token, issue_token

__all__ = [
    "add_hook",
    "change_mate",
    "drop_token",
    "hook",
    "hook_deed",
    "hook_replay",
    "invite",
    "issue_key",
    "issue_token",
    "make_link",
    "remove_mate",
    "save_answer",
    "save_assigning",
    "save_channel_service",
    "save_duty",
    "save_friday",
    "save_hours",
    "save_language",
    "save_limits",
    "save_look",
    "save_moment",
    "save_names",
    "save_notices",
    "save_password",
    "save_ranking",
    "save_shop",
    "save_targets",
    "settings",
    "settings_automations",
    "settings_notices",
    "settings_part",
    "settings_programs",
    "settings_service",
    "team_new",
    "team_remove",
    "team_save",
    "withdraw_key",
]
