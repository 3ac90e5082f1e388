"""Momen on the screen: from a friction point to a plan in today, its looks, and a decision with its reason."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from sapa.accounts.models import Business, Teammate
from sapa.conversations.models import Message
from sapa.moments.models import Look, Moment, PlanStep, Quote, Trial
from sapa.moments.operations import make_canvas, start_trial
from sapa.moments.rules.comparing import compare
from sapa.moments.types import DayCount, Verdict, Week
from sapa.web.charts.moment import draw_weeks
from sapa.web.moment_words import percent, tell_look
from tests.moments.plain import canvas
from tests.web.conftest import Story
from tests.world import World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def _begin(shop: Business, at: datetime, **more: Any) -> Trial:
    moment = make_canvas(business=shop, given=canvas(**more), by=None, now=at)
    trial = moment.trials.get()
    start_trial(trial=trial, by=None, now=at)
    return trial


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def _friction(shop: Business, now: datetime) -> Message:
    """Thirty days ago somebody asked about delivery and went."""
    world = World(shop)
    rina = world.someone("Rina Wulandari")
    said = world.asks(rina, now - 30 * DAY, "shipping_cost", "kak ongkir ke Bandung berapa ya?")
    world.answers(rina, now - 30 * DAY + timedelta(minutes=5), "12 ribu kak")
    return said


def test_a_friction_point_becomes_a_moment_with_one_tap(
    toko_sage: Business, owner: Client, now: datetime
) -> None:
    said = _friction(toko_sage, now)
    assert "Jadikan momen" in _page(owner, "/journey/")
    answer = owner.post("/moments/make/", {"event": "topic:shipping_cost"}, follow=True)
    moment = Moment.objects.get()
    assert moment.name == "Saat pelanggan bertanya soal ongkos kirim"
    assert answer.redirect_chain[-1][0] == f"/moments/{moment.public_id}/edit/"
    form = answer.content.decode()
    assert "kak ongkir ke Bandung berapa ya?" in form
    assert f"/inbox/{said.conversation.public_id}/" in form

    sent = {
        "name": moment.name,
        "event": moment.event,
        "feeling": "Ragu total harganya",
        "change": "Balasan dengan tabel ongkir",
        "measure": "buys",
        "follow_days": "3",
        "risk": "Tabelnya usang",
        "quote": [str(said.pk), "999999"],
    }
    page = owner.post(f"/moments/{moment.public_id}/edit/", sent, follow=True).content.decode()
    assert "Ragu total harganya" in page
    assert "“kak ongkir ke Bandung berapa ya?”" in page
    assert [one.message for one in Quote.objects.all()] == [said]


def test_a_message_of_another_shop_is_never_quoted(
    toko_sage: Business, owner: Client, stranger: Client, now: datetime
) -> None:
    said = _friction(toko_sage, now)
    stranger.post("/moments/make/", {"event": "topic:shipping_cost"})
    other = Moment.objects.get()
    sent = {
        "name": "Ongkir",
        "event": other.event,
        "measure": "buys",
        "follow_days": "3",
        "quote": str(said.pk),
    }
    assert stranger.post(f"/moments/{other.public_id}/edit/", sent).status_code == 303
    assert not Quote.objects.exists()


@pytest.mark.parametrize("event", ["", "order.placed", "topic:thanks", "topic:"])
def test_a_moment_of_nothing_known_is_not_made(toko_sage: Business, owner: Client, event: str) -> None:
    assert owner.post("/moments/make/", {"event": event}).status_code == 404
    assert not Moment.objects.exists()


def test_three_ready_moments_and_one_more_greet_an_empty_screen(toko_sage: Business, owner: Client) -> None:
    page = _page(owner, "/moments/")
    assert [
        word in page
        for word in ("Mengisi formulir", "Menerima invoice", "Membatalkan pesanan", "Menerima barang")
    ] == [True] * 4
    owner.post("/moments/make/", {"event": "invoice"})
    page = _page(owner, "/moments/")
    assert "Saat pelanggan menerima invoice" in page
    assert 'value="invoice"' not in page


def test_what_is_wrong_is_said_and_what_was_typed_stays(toko_sage: Business, owner: Client) -> None:
    sent = {"name": "", "event": "mars", "feeling": "Ragu sekali", "measure": "buys", "follow_days": "3"}
    answer = owner.post("/moments/new/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nama momen belum diisi." in page
    assert "Kapan ini terjadi?: pilih dari daftarnya." in page
    assert "Ragu sekali" in page
    assert not Moment.objects.exists()


def test_its_steps_stand_in_today(toko_sage: Business, owner: Client, people: Story, now: datetime) -> None:
    trial = _begin(toko_sage, now)
    page = _page(owner, "/")
    step = PlanStep.objects.get(trial=trial, day=1)
    assert step.text in page
    assert "Hari 1 dari 7, momen “Saat pelanggan tanya ongkir”." in page

    answer = owner.post(
        f"/moments/steps/{step.public_id}/", {"verdict": "done"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert "Urungkan" in answer.content.decode()
    assert step.text not in _page(owner, "/")
    undo = re.findall(r"/history/\d+/undo/", answer.content.decode())[0]
    owner.post(undo)
    assert step.text in _page(owner, "/")


def test_today_shows_a_teammate_her_own_steps(
    toko_sage: Business, teammate: Client, dina: Teammate, now: datetime
) -> None:
    trial = _begin(toko_sage, now)
    PlanStep.objects.filter(trial=trial, day=2).update(owner=dina)
    first, second = PlanStep.objects.filter(trial=trial, day__lte=2).order_by("day")
    assert (first.text in _page(teammate, "/"), second.text in _page(teammate, "/")) == (True, True)
    mine = _page(teammate, "/?for=me")
    assert (first.text in mine, second.text in mine) == (False, True)


def test_a_step_put_off_waits_until_tomorrow_at_nine(
    toko_sage: Business, owner: Client, now: datetime
) -> None:
    trial = _begin(toko_sage, now)
    step = PlanStep.objects.get(trial=trial, day=1)
    owner.post(f"/moments/steps/{step.public_id}/", {"verdict": "later"})
    step.refresh_from_db()
    assert step.until == (now + DAY).replace(hour=9, minute=0)
    assert owner.post(f"/moments/steps/{step.public_id}/", {"verdict": "maybe"}).status_code == 404


def test_a_second_moment_is_told_which_one_runs(toko_sage: Business, owner: Client, now: datetime) -> None:
    _begin(toko_sage, now)
    second = make_canvas(business=toko_sage, given=canvas("Invoice", event="invoice"), by=None, now=now)
    answer = owner.post(f"/moments/{second.public_id}/start/")
    assert answer.status_code == 422
    assert "“Saat pelanggan tanya ongkir” masih berjalan" in answer.content.decode()
    assert second.trials.get().state == "planned"


def test_between_the_looks_there_is_no_verdict(toko_sage: Business, owner: Client, now: datetime) -> None:
    trial = _begin(toko_sage, now - 4 * DAY)
    page = _page(owner, f"/moments/{trial.moment.public_id}/")
    assert "Hari 5 dari 7" in page
    assert page.count("Belum waktunya.") == 2
    assert "Belum pasti" not in page


def test_a_look_that_is_due_is_told_with_what_it_takes(
    toko_sage: Business, owner: Client, now: datetime
) -> None:
    trial = _begin(toko_sage, now - 8 * DAY)
    page = _page(owner, f"/moments/{trial.moment.public_id}/")
    assert "Belum pasti" in page
    assert "Perlu sedikitnya 12 orang sebelum dan 12 sesudah." in page


def test_a_look_that_was_taken_is_shown_as_it_was(toko_sage: Business, owner: Client, now: datetime) -> None:
    trial = _begin(toko_sage, now - 31 * DAY)
    past = [DayCount(day, day % 7, 10, 4) for day in range(-182, -3)]
    found = compare(30, past, [DayCount(day, day % 7, 10, 7) for day in range(27)])
    assert found.verdict is Verdict.HELPED
    Look.objects.create(
        business=toko_sage,
        trial=trial,
        day=30,
        due_at=now - DAY,
        taken_at=now,
        verdict="helped",
        found=asdict(found),
    )
    page = _page(owner, f"/moments/{trial.moment.public_id}/")
    assert "Membantu" in page
    assert "Sebelum: 40% (1.790 orang). Sesudah: 70% (270 orang)." in page


def test_it_ends_with_a_reason(toko_sage: Business, owner: Client, now: datetime) -> None:
    trial = _begin(toko_sage, now - 8 * DAY)
    address = f"/moments/{trial.moment.public_id}/"
    answer = owner.post(f"{address}end/", {"choice": "keep", "reason": ""})
    assert answer.status_code == 422
    assert "Tulis alasannya" in answer.content.decode()
    page = owner.post(
        f"{address}end/", {"choice": "keep", "reason": "Tim lebih cepat"}, follow=True
    ).content.decode()
    assert "dijadikan kebiasaan" in page
    assert "Tim lebih cepat" in page
    past = _page(owner, "/moments/")
    assert "Sudah selesai" in past
    assert "Tim lebih cepat" in past


def test_to_repeat_lays_the_same_plan_again(toko_sage: Business, owner: Client, now: datetime) -> None:
    trial = _begin(toko_sage, now - 8 * DAY)
    address = f"/moments/{trial.moment.public_id}/"
    page = owner.post(
        f"{address}end/", {"choice": "repeat", "reason": "Baru 5 orang"}, follow=True
    ).content.decode()
    assert "Mulai momen ini" in page
    assert "Putaran sebelumnya" in page
    assert Trial.objects.filter(moment=trial.moment).count() == 2


def test_a_teammate_does_steps_but_the_moment_is_the_supervisors(
    toko_sage: Business, teammate: Client, viewer: Client, now: datetime
) -> None:
    trial = _begin(toko_sage, now)
    step = PlanStep.objects.get(trial=trial, day=1)
    address = f"/moments/{trial.moment.public_id}/"
    assert teammate.post(f"{address}end/", {"choice": "keep", "reason": "Bagus"}).status_code == 403
    assert teammate.post(f"/moments/steps/{step.public_id}/", {"verdict": "done"}).status_code == 303
    assert "Jadikan kebiasaan" not in _page(teammate, address)
    assert "Tunda" not in _page(viewer, address)


def test_a_plan_that_cannot_be_keeps_what_was_typed(
    toko_sage: Business, owner: Client, now: datetime
) -> None:
    trial = _begin(toko_sage, now)
    address = f"/moments/{trial.moment.public_id}/plan/"
    answer = owner.post(address, {"day": ["9"], "text": ["Sapa lagi pembeli lama"], "owner": [""]})
    assert answer.status_code == 422
    assert "Sapa lagi pembeli lama" in answer.content.decode()
    assert PlanStep.objects.filter(trial=trial).count() == 7


def test_the_words_of_customers_are_escaped(toko_sage: Business, owner: Client, now: datetime) -> None:
    world = World(toko_sage)
    budi = world.someone("<b>Budi</b>")
    world.asks(budi, now - 2 * DAY, "shipping_cost", "<script>alert(1)</script> ongkirnya?")
    moment = make_canvas(business=toko_sage, given=canvas(), by=None, now=now)
    page = _page(owner, f"/moments/{moment.public_id}/edit/")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<b>Budi" not in page


def test_few_people_are_told_as_people() -> None:
    found = compare(30, [DayCount(-9, 1, 5, 2)], [DayCount(2, 5, 3, 1)])
    told = tell_look(found, a_day=0.1, days=None)
    assert told.sentences == ("Sebelum: 2 dari 5 (5 orang). Sesudah: 1 dari 3 (3 orang).",)
    assert told.title == "Belum pasti"


def test_weeks_are_drawn_from_eight_on_with_a_table_beside() -> None:
    weeks = [Week(number, 10, 4 if number < 0 else 6) for number in range(-7, 2)]
    chart = draw_weeks(weeks, key="w", title="Pekan", say=percent, name=str)
    assert chart is not None
    assert chart.sentence == "Yang lanjut per pekan: sebelum 40%, sesudah 60%."
    assert len(chart.rows) == 9
    assert chart.svg.count('class="bar-b"') == 7
    assert draw_weeks(weeks[:7], key="w", title="Pekan", say=percent, name=str) is None
