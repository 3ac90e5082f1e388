from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sapa.lib import clock
from sapa.lib.ids import short_id, uuid7


def test_ids_of_version_7_sort_by_the_time_of_their_making() -> None:
    made = [uuid7() for _ in range(500)]
    assert all(one.version == 7 for one in made)
    assert made == sorted(made)
    assert len(set(made)) == 500


def test_a_short_id_has_no_letter_that_people_confuse() -> None:
    made = {short_id() for _ in range(500)}
    assert len(made) == 500
    assert not set("".join(made)) & set("01ilou")
    assert {len(one) for one in made} == {8}
    assert len(short_id(4)) == 4


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
