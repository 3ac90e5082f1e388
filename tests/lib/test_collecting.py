"""The collector runs again afterwards, whatever happens inside."""

from __future__ import annotations

import gc

import pytest

from sapa.lib.collecting import without_collecting


def test_it_stays_still_inside_and_runs_again_after() -> None:
    assert gc.isenabled()
    with without_collecting():
        assert not gc.isenabled()
        with without_collecting():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_runs_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="row"), without_collecting():
        raise ValueError("row")
    assert gc.isenabled()


def test_who_had_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with without_collecting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
