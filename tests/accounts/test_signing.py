from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sapa.accounts.models import SignInLink, Teammate
from sapa.accounts.operations import check_password, make_sign_in_link, set_password, use_sign_in_link
from sapa.accounts.queries import find_sign_in_link
from sapa.accounts.types import AccountError, TooManyAttemptsError

GOOD = "kopi-tubruk-pagi"
HOME = "203.0.113.7"


def test_a_password_signs_in_whatever_the_case_of_the_email(bu_tuti: Teammate, now: datetime) -> None:
    set_password(user=bu_tuti.user, password=GOOD)
    assert (
        check_password(email=" Tuti@TokoSage.example", password=GOOD, address=HOME, now=now) == bu_tuti.user
    )
    assert check_password(email="tuti@tokosage.example", password="x", address=HOME, now=now) is None
    assert check_password(email="siapa@tokosage.example", password=GOOD, address=HOME, now=now) is None


def test_nobody_has_a_password_before_one_is_set(bu_tuti: Teammate, now: datetime) -> None:
    for guess in ("", "!", bu_tuti.user.password):
        assert check_password(email=bu_tuti.user.email, password=guess, address=HOME, now=now) is None


@pytest.mark.parametrize("weak", ["pendek", "password123"])
def test_a_weak_password_is_refused_with_what_it_lacks(bu_tuti: Teammate, weak: str) -> None:
    with pytest.raises(AccountError):
        set_password(user=bu_tuti.user, password=weak)


def test_guessing_at_one_email_is_slowed_down(bu_tuti: Teammate, now: datetime) -> None:
    set_password(user=bu_tuti.user, password=GOOD)
    email = bu_tuti.user.email
    for number in range(5):
        at = now + timedelta(seconds=number)
        assert check_password(email=email, password="salah", address=f"198.51.100.{number}", now=at) is None
    with pytest.raises(TooManyAttemptsError, match="15 menit") as caught:
        check_password(email=email, password=GOOD, address=HOME, now=now + timedelta(seconds=5))
    assert caught.value.until == now + timedelta(minutes=15)
    later = now + timedelta(minutes=15, seconds=1)
    assert check_password(email=email, password=GOOD, address=HOME, now=later) == bu_tuti.user


def test_guessing_from_one_address_is_slowed_down(bu_tuti: Teammate, now: datetime) -> None:
    set_password(user=bu_tuti.user, password=GOOD)
    for number in range(20):
        assert (
            check_password(email=f"orang{number}@contoh.example", password="x", address=HOME, now=now) is None
        )
    with pytest.raises(TooManyAttemptsError):
        check_password(email=bu_tuti.user.email, password=GOOD, address=HOME, now=now)
    with pytest.raises(TooManyAttemptsError):
        use_sign_in_link(token="x", address=HOME, now=now)
    assert (
        check_password(email=bu_tuti.user.email, password=GOOD, address="192.0.2.1", now=now) == bu_tuti.user
    )


def test_a_success_forgives_the_failures_before_it(bu_tuti: Teammate, now: datetime) -> None:
    set_password(user=bu_tuti.user, password=GOOD)
    email = bu_tuti.user.email
    for _round in range(3):
        for _try in range(4):
            assert check_password(email=email, password="salah", address="", now=now) is None
        assert check_password(email=email, password=GOOD, address="", now=now) == bu_tuti.user


def test_a_link_signs_in_once_and_only_its_digest_is_stored(bu_tuti: Teammate, now: datetime) -> None:
    token = make_sign_in_link(user=bu_tuti.user, now=now)
    assert token not in str(SignInLink.objects.values().get())
    looked = find_sign_in_link(token, now=now)
    assert looked is not None
    assert looked.user == bu_tuti.user
    assert use_sign_in_link(token=token, address=HOME, now=now) == bu_tuti.user
    assert use_sign_in_link(token=token, address=HOME, now=now) is None
    assert use_sign_in_link(token="tebakan", address=HOME, now=now) is None


@pytest.mark.parametrize(("asked", "lasts"), [(1, 15), (30, 30), (600, 60)])
def test_a_link_lasts_between_15_and_60_minutes(
    bu_tuti: Teammate, now: datetime, asked: int, lasts: int
) -> None:
    token = make_sign_in_link(user=bu_tuti.user, now=now, minutes=asked)
    end = now + timedelta(minutes=lasts)
    assert use_sign_in_link(token=token, address=HOME, now=end) is None
    assert use_sign_in_link(token=token, address=HOME, now=end - timedelta(seconds=1)) == bu_tuti.user


def test_a_link_dies_with_a_new_password_and_for_a_person_who_may_not_enter(
    bu_tuti: Teammate, now: datetime
) -> None:
    user = bu_tuti.user
    token = make_sign_in_link(user=user, now=now)
    set_password(user=user, password=GOOD)
    assert use_sign_in_link(token=token, address=HOME, now=now) is None
    token = make_sign_in_link(user=user, now=now)
    user.is_active = False
    user.save()
    assert use_sign_in_link(token=token, address=HOME, now=now) is None
    assert check_password(email=user.email, password=GOOD, address=HOME, now=now) is None
