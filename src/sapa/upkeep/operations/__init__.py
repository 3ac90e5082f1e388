"""Acts that touch every room: backup, restore, rebuild, verify, doctor, forget."""

from sapa.upkeep.operations.copies import backup, copy_sqlite, restore
from sapa.upkeep.operations.derived import rebuild, verify
from sapa.upkeep.operations.doctor import doctor
from sapa.upkeep.operations.erasers import ERASERS
from sapa.upkeep.operations.forgetting import forget, replay_forgotten
from sapa.upkeep.operations.leftovers import drop_left_files

__all__ = [
    "ERASERS",
    "backup",
    "copy_sqlite",
    "doctor",
    "drop_left_files",
    "forget",
    "rebuild",
    "replay_forgotten",
    "restore",
    "verify",
]
