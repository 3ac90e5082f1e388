from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sapa.imports.formats.cells import (
    CellError,
    Moments,
    amount_of,
    count_of,
    day_order,
    number_of,
    phone_of,
    text_of,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
read = Moments(JAKARTA)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("89.000", 89_000),
        ("Rp 1.250.000", 1_250_000),
        ("Rp1.250.000,-", 1_250_000),
        ("rp. 5.000", 5_000),
        ("1,250.50", 1_251),
        ("1.250.000,00", 1_250_000),
        ("12500.0", 12_500),
        ("12500.000", 12_500),
        ("1,250,000", 1_250_000),
        ("IDR 45000", 45_000),
        ("25rb", 25_000),
        ("1,5jt", 1_500_000),
        ("(5.000)", -5_000),
        ("-5000", -5_000),
        ("1 250 000", 1_250_000),
        (12500.0, 12_500),
        (7, 7),
        ("", None),
        ("-", None),
        ("n/a", None),
        ("0", 0),
    ],
)
def test_amounts_as_people_and_programs_write_them(cell: Any, amount: int | None) -> None:
    assert amount_of(cell) == amount


@pytest.mark.parametrize(
    ("cell", "cents"), [("12.50", 1250), ("1,250.50", 125_050), (19.99, 1999), ("3", 300)]
)
def test_amounts_in_a_currency_with_minor_units(cell: Any, cents: int) -> None:
    assert amount_of(cell, 2) == cents


@pytest.mark.parametrize(
    ("cell", "code"),
    [("gratis", "not_a_number"), ("1.2.3,4,5", "not_a_number"), ("=HYPERLINK(1)", "not_a_number"), (True, "not_a_number"), ("9" * 20, "amount_absurd"), (float("nan"), "amount_absurd"), (float("inf"), "amount_absurd")],
)  # fmt: skip
def test_what_is_no_amount(cell: Any, code: str) -> None:
    with pytest.raises(CellError) as caught:
        amount_of(cell)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("2026-11-19 09:12", "2026-11-19T09:12:00+07:00"),
        ("19/11/2026 09:12:30", "2026-11-19T09:12:30+07:00"),
        ("03/08/2026 11:27:18\t", "2026-08-03T11:27:18+07:00"),
        ("20/11/2026 14.30", "2026-11-20T14:30:00+07:00"),
        ("2026-11-20 14.30", "2026-11-20T14:30:00+07:00"),
        ("21 Nov 2026", "2026-11-21T00:00:00+07:00"),
        ("21 November 2026 pukul 14.30", "2026-11-21T14:30:00+07:00"),
        ("Sabtu, 5 Agustus 2026", "2026-08-05T00:00:00+07:00"),
        ("1 Okt 26", "2026-10-01T00:00:00+07:00"),
        ("Nov 21, 2026 9:05 PM", "2026-11-21T21:05:00+07:00"),
        ("21-11-2026 09.05 WITA", "2026-11-21T09:05:00+08:00"),
        ("2026-11-21T09:00:00Z", "2026-11-21T09:00:00+00:00"),
        ("2026-11-21 09:00:00 +0700", "2026-11-21T09:00:00+07:00"),
        ("1/2/26", "2026-02-01T00:00:00+07:00"),
        ("12/25/2026", "2026-12-25T00:00:00+07:00"),
        ("46347", "2026-11-21T00:00:00+07:00"),
        (46347.5, "2026-11-21T12:00:00+07:00"),
        (date(2026, 11, 21), "2026-11-21T00:00:00+07:00"),
        (datetime(2026, 11, 21, 8, 1), "2026-11-21T08:01:00+07:00"),  # noqa: DTZ001
    ],
)
def test_moments_as_people_and_programs_write_them(cell: Any, at: str) -> None:
    found = read(cell)
    assert found is not None
    assert found.isoformat() == at


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31/02/2026", "no_such_date"),
        ("2026-02-31", "no_such_date"),
        ("21/11/2026 25:00", "no_such_date"),
        ("kemarin", "not_a_date"),
        ("0812345678", "not_a_date"),
        ("1899-01-01", "date_absurd"),
        ("01/01/3026", "date_absurd"),
        (3.0, "not_a_date"),
        (True, "not_a_date"),
        (timedelta(days=1), "not_a_date"),
    ],
)
def test_what_is_no_moment(cell: Any, code: str) -> None:
    with pytest.raises(CellError) as caught:
        read(cell)
    assert caught.value.code == code


def test_month_first_where_the_file_says_so() -> None:
    assert Moments(JAKARTA, day_first=False)("03/04/2026") == datetime(2026, 3, 4, tzinfo=JAKARTA)
    assert Moments(JAKARTA, day_first=False)("25/12/2026") == datetime(2026, 12, 25, tzinfo=JAKARTA)


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["03/04/2026", "25/04/2026 10:00"], "dmy"),
        (["03/04/2026", "04/25/2026"], "mdy"),
        (["25/04/2026", "04/25/2026"], "mixed"),
        (["03/04/2026", "05/06/2026"], ""),
        (["2026-11-21", "21 Nov 2026"], "none"),
        (["05/05/2026"], "none"),
    ],
)
def test_the_order_of_day_and_month_is_decided_by_the_dates_themselves(texts: list[str], order: str) -> None:
    assert day_order(texts) == order


@pytest.mark.parametrize("cell", [5.84697260225955e17, "5.84697260225955E+17", "5,84697E+17", 12.5])
def test_an_id_that_a_spreadsheet_has_rounded_off_is_refused(cell: Any) -> None:
    with pytest.raises(CellError) as caught:
        number_of(cell)
    assert caught.value.code == "id_mangled"


@pytest.mark.parametrize(("cell", "number"), [(1234567.0, "1234567"), ("584697260225955022\t", "584697260225955022"), ("'00123", "00123"), ('="00123"', "00123"), ("-", "")])  # fmt: skip
def test_ids_are_kept_as_they_stand(cell: Any, number: str) -> None:
    assert number_of(cell) == number


def test_phones_from_number_cells_and_mangled_ones() -> None:
    assert phone_of(81234567890.0) == "81234567890"
    assert phone_of("'0812-3456-789") == "0812-3456-789"
    with pytest.raises(CellError) as caught:
        phone_of("6.28123E+12")
    assert caught.value.code == "phone_mangled"


@pytest.mark.parametrize(
    ("cell", "count"), [("2", 2), (3.0, 3), ("2 pcs", 2), ("0,5", 1), ("1.5", 1), ("", None)]
)
def test_pieces(cell: Any, count: int | None) -> None:
    assert count_of(cell) == count


@pytest.mark.parametrize("cell", ["-1", "banyak", "1000000"])
def test_absurd_pieces(cell: str) -> None:
    with pytest.raises(CellError):
        count_of(cell)


CELLS = st.one_of(
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.just(time(1, 2)),
    st.timedeltas(),
    st.from_regex(r"\A[0-9/:.\- ,]{0,20}\Z"),
)


@given(CELLS)
def test_every_cell_is_read_or_refused_with_a_code(cell: Any) -> None:
    for act in (amount_of, count_of, number_of, phone_of, read):
        with suppress(CellError):
            act(cell)
    assert isinstance(text_of(cell), str)
