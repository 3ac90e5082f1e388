"""Writes of the accounts room: businesses, teammates, signing in, the audit trail."""

from sapa.accounts.operations.audit import mark_undone, record_audit
from sapa.accounts.operations.businesses import (
    FROM_THE_BEGINNING,
    change_business,
    make_business,
    restore_hours,
    set_friday_prayer,
    set_hours,
)
from sapa.accounts.operations.duty import put_back_team, remove_team, save_team, set_duty
from sapa.accounts.operations.signing import (
    check_password,
    make_sign_in_link,
    set_password,
    use_sign_in_link,
)
from sapa.accounts.operations.team import add_teammate, change_person, change_role, remove_teammate

__all__ = [
    "FROM_THE_BEGINNING",
    "add_teammate",
    "change_business",
    "change_person",
    "change_role",
    "check_password",
    "make_business",
    "make_sign_in_link",
    "mark_undone",
    "put_back_team",
    "record_audit",
    "remove_team",
    "remove_teammate",
    "restore_hours",
    "save_team",
    "set_duty",
    "set_friday_prayer",
    "set_hours",
    "set_password",
    "use_sign_in_link",
]
