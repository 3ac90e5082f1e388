"""Acts that touch every room: backup, restore, rebuild, verify, doctor, forget."""

from sapa.upkeep.operations.copies import backup, copy_sqlite, restore
from sapa.upkeep.operations.derived import rebuild, verify
from sapa.upkeep.operations.doctor import doctor

__all__ = ["backup", "copy_sqlite", "doctor", "rebuild", "restore", "verify"]
