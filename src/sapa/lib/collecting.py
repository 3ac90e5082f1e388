"""Keeping the cycle collector still where many short-lived rows would wake it all the time."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """No search for reference cycles inside: for a bounded lot of rows, which go by themselves when nobody holds them.

    The collector is the whole process's. Of several threads inside at once the first to come lets it run again, so
    that it never stays off; what cycles there were it finds then.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
