"""Whether background work runs on this data folder: the worker holds a lock for as long as it lives."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from filelock import FileLock, Timeout


def worker_lock() -> FileLock:
    """The lock of the one who does background work here; the system lets go of it when its holder dies."""
    return FileLock(str(Path(settings.HOME) / "worker.lock"), timeout=0)


def is_worker_alive() -> bool:
    """Whether somebody holds the lock now."""
    lock = worker_lock()
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False
