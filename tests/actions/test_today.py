"""Today: one action a contact, most pressing first; what teammates decide holds and can be taken back."""

from __future__ import annotations

import pytest
from django.utils import translation

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.actions.models import Action, Decision
from sapa.actions.operations import decide, undo_decision
from sapa.actions.queries import count_by_rule, count_today, get_action, list_today
from sapa.actions.types import BestTime
from sapa.actions.wording import call_name, shown_name
from sapa.snapshots.operations import refresh_changed, refresh_due
from sapa.snapshots.queries import get_snapshot
from sapa.standings.queries import find_customers_hour
from sapa.timeline.models import Touchpoint
from tests.world import Someone, World, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(toko_sage: Business) -> World:
    return World(toko_sage)


def test_today_of_a_small_shop(world: World) -> None:
    rina, budi, andi, sari = (world.someone(name) for name in ("Rina Wulandari", "Budi Santoso", "Andi Wijaya", "Sari Dewi"))  # fmt: skip
    world.asks(rina, day(0), "stock", "Kak, sage L masih ada?")
    world.asks(budi, day(-1), "shipping_status")
    world.answers(budi, day(-1, "10:30"), "besok kami kirim resinya ya kak")
    world.asks(andi, day(0), "installment", "bisa cicilan kak?")
    world.answers(andi, day(0, "10:10"), "sebentar ya kak")
    world.buys(sari, day(-5))
    now = day(0, "14:10")
    refresh_changed(world.business, now=now)
    items = list_today(world.business, now=now)
    assert [(item.rule, item.text) for item in items] == [
        ("offer_not_sent", "Kirim penawaran cicilan ke Andi, sekalian tanya tahu toko dari mana"),
        ("unanswered", "Balas Rina: tanya stok sage L, sekalian tanya tahu toko dari mana"),
        ("promise", "Kirim nomor resi ke Budi"),
        ("no_after_sale_word", "Tanya kabar Sari setelah pesanannya sampai"),
    ]
    waiting = items[1]
    assert waiting.why == "Menunggu 4 j 10 mnt (target 2 jam). “Kak, sage L masih ada?”"
    assert (waiting.owner, waiting.metric, waiting.contact.name) == ("Bu Tuti", "replied_within_target", "Rina Wulandari")  # fmt: skip
    assert waiting.due_at == day(0, "12:00")
    assert [(one.kind, one.text) for one in waiting.evidence] == [("message", "Kak, sage L masih ada?")]


def _sari_bought_and_writes_in_the_evening(world: World) -> Someone:
    sari = world.someone("Sari Dewi")
    for number, clock in ((-20, "18:50"), (-20, "19:05"), (-12, "19:20")):
        world.asks(sari, day(number, clock), "size_fit")
        world.answers(sari, day(number, "19:30"))
    world.buys(sari, day(-8), delivered_at=day(-5))
    return sari


def test_who_is_written_to_first_is_written_to_when_they_usually_answer(world: World) -> None:
    _sari_bought_and_writes_in_the_evening(world)
    refresh_changed(world.business, now=day(0))
    (item,) = list_today(world.business, now=day(0))
    assert (item.rule, item.best_time) == (
        "no_after_sale_word",
        BestTime(19, "contact", "Biasanya membalas sekitar 19.00"),
    )
    assert list_today(world.business, now=day(0), as_of=True) == [item]
    with translation.override("en"):
        (item,) = list_today(world.business, now=day(0))
        assert item.best_time
        assert item.best_time.text == "Usually answers around 19:00"


def test_who_waits_is_answered_now_at_whatever_hour(world: World) -> None:
    sari = _sari_bought_and_writes_in_the_evening(world)
    asked = world.asks(sari, day(0), "stock")
    refresh_changed(world.business, now=day(0, "15:00"))
    (item,) = list_today(world.business, now=day(0, "15:00"))
    assert (item.rule, item.best_time) == ("unanswered", None)
    # Within the target nothing is late yet, and the word after the sale still does not choose its hour.
    refresh_changed(world.business, now=asked.happened_at)
    (item,) = list_today(world.business, now=day(0, "10:30"), as_of=True)
    assert (item.rule, item.best_time) == ("no_after_sale_word", None)


def test_where_the_own_hour_is_not_known_the_customers_of_the_shop_stand_in(world: World) -> None:
    sari = world.someone("Sari Dewi")
    world.buys(sari, day(-8), delivered_at=day(-5))
    refresh_changed(world.business, now=day(0))
    (item,) = list_today(world.business, now=day(0))
    assert item.best_time is None
    for number, person in enumerate(world.someones(12)):
        world.asks(person, day(-40 + number, "20:10"), "opening_hours")
        world.answers(person, day(-40 + number, "20:30"))
    refresh_changed(world.business, now=day(0))
    others = BestTime(20, "customers", "Pelanggan toko ini paling sering menulis sekitar 20.00")
    for as_of in (False, True):
        found = {item.rule: item.best_time for item in list_today(world.business, now=day(0), as_of=as_of)}
        assert found["no_after_sale_word"] == others
    assert sari.contact
    assert get_snapshot(sari.contact, now=day(0)).action.best_time == others
    assert get_snapshot(sari.contact, now=day(0), as_of=True).action.best_time == others
    # Before they wrote, nobody could know.
    assert find_customers_hour(world.business, until=day(-35)) is None


def test_as_of_a_moment_it_is_derived_afresh_and_stored_nowhere(world: World) -> None:
    rina = world.someone("Rina Wulandari")
    world.asks(rina, day(0), "opening_hours")
    world.answers(rina, day(2))
    refresh_changed(world.business, now=day(3))
    assert list_today(world.business, now=day(3)) == []
    (then,) = list_today(world.business, now=day(1), as_of=True)
    assert (then.rule, then.contact.name) == ("unanswered", "Rina Wulandari")
    assert Action.objects.count() == 0


def test_as_of_now_it_is_what_is_stored(world: World) -> None:
    for person in world.someones(3):
        world.asks(person, day(0), "opening_hours")
    refresh_changed(world.business, now=day(1))
    assert list_today(world.business, now=day(1), as_of=True) == list_today(world.business, now=day(1))


def test_a_teammate_s_own_list(world: World, dina: Teammate, bu_tuti: Teammate) -> None:
    rina, budi = world.someone("Rina Wulandari"), world.someone("Budi Santoso")
    for person in (rina, budi):
        world.asks(person, day(0), "opening_hours")
    answer = world.answers(rina, day(-1))
    answer.author_name = "dina"
    answer.save()
    refresh_changed(world.business, now=day(1))
    for as_of in (False, True):
        mine = list_today(world.business, now=day(1), teammate=dina, as_of=as_of)
        assert [item.contact.name for item in mine] == ["Rina Wulandari"]
    assert count_today(world.business) == 2
    assert count_today(world.business, teammate=dina) == 1


def test_what_waits_much_too_long_stands_in_the_supervisor_s_list_beside_the_answerer_s(
    world: World, dina: Teammate, bu_tuti: Teammate
) -> None:
    rina, budi = world.someone("Rina Wulandari"), world.someone("Budi Santoso")
    for person in (rina, budi):
        world.asks(person, day(0), "opening_hours")
    answer = world.answers(rina, day(-1))
    answer.author_name = "Dina"
    answer.save()
    refresh_changed(world.business, now=day(1))

    def told(teammate: Teammate | None, as_of: bool) -> list[tuple[str, str, str]]:
        items = list_today(world.business, now=day(1), teammate=teammate, as_of=as_of)
        return [(item.contact.name, item.rule, item.owner) for item in items]

    for as_of in (False, True):
        assert told(dina, as_of) == [("Rina Wulandari", "unanswered", "Dina")]
        assert told(bu_tuti, as_of) == [
            ("Rina Wulandari", "escalated", "Bu Tuti"),
            ("Budi Santoso", "unanswered", "Bu Tuti"),
        ]
        assert sorted(told(None, as_of)) == [
            ("Budi Santoso", "unanswered", "Bu Tuti"),
            ("Rina Wulandari", "unanswered", "Dina"),
        ]
        assert rina.contact
        assert get_snapshot(rina.contact, now=day(1), as_of=as_of).action.rule == "unanswered"
    assert count_today(world.business, teammate=bu_tuti) == 2
    assert count_today(world.business) == 2


def act_on(world: World, verdict: str, dina: Teammate, **more: object) -> Decision:
    action = Action.objects.get()
    return decide(
        business=world.business,
        contact=action.contact,
        rule=action.rule,
        evidence_key=action.evidence_key,
        verdict=verdict,
        by=dina,
        now=day(1),
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def waiting(world: World) -> World:
    world.asks(world.someone("Rina Wulandari"), day(0), "opening_hours")
    refresh_changed(world.business, now=day(1))
    return world


@pytest.mark.parametrize(("verdict", "kind"), [("done", "action.done"), ("not_needed", "action.not_needed")])
def test_what_was_decided_leaves_today_and_returns_when_undone(
    waiting: World, dina: Teammate, verdict: str, kind: str
) -> None:
    before = list_today(waiting.business, now=day(1))
    decision = act_on(waiting, verdict, dina)
    assert list_today(waiting.business, now=day(1)) == []
    refresh_changed(waiting.business, now=day(1))
    assert list_today(waiting.business, now=day(1)) == []
    told = Touchpoint.objects.get(kind=kind)
    assert told.measures == {"rule": "unanswered", "metric": "replied_within_target"}
    undo_decision(business=waiting.business, decision=decision, by=dina, now=day(1))
    refresh_changed(waiting.business, now=day(1))
    assert list_today(waiting.business, now=day(1)) == before
    assert not Touchpoint.objects.filter(kind=kind).exists()
    assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"decided", "undid_decision"}


def test_something_newer_is_another_matter(waiting: World, dina: Teammate) -> None:
    act_on(waiting, "not_needed", dina)
    rina = waiting.someone("Rina Wulandari")
    rina_again = Action.objects.count()
    assert rina_again == 0
    waiting.answers(rina, day(1))
    waiting.asks(rina, day(2), "location")
    refresh_changed(waiting.business, now=day(3))
    assert [item.rule for item in list_today(waiting.business, now=day(3))] == ["unanswered"]


def test_put_off_until_a_moment(waiting: World, dina: Teammate) -> None:
    act_on(waiting, "later", dina, until=day(2))
    refresh_changed(waiting.business, now=day(1))
    assert list_today(waiting.business, now=day(1)) == []
    refresh_due(waiting.business, now=day(1, "23:00"))
    assert list_today(waiting.business, now=day(1, "23:00")) == []
    refresh_due(waiting.business, now=day(2))
    assert [item.rule for item in list_today(waiting.business, now=day(2))] == ["unanswered"]
    assert not Touchpoint.objects.filter(kind__startswith="action").exists()


def test_later_needs_a_moment_and_a_word_must_be_known(waiting: World, dina: Teammate) -> None:
    for verdict, more in (("later", {}), ("later", {"until": day(1)}), ("perhaps", {})):
        with pytest.raises(ValueError, match=r"later needs|no word"):
            act_on(waiting, verdict, dina, **more)
    assert Action.objects.count() == 1


def test_an_action_is_found_by_the_id_that_today_shows(waiting: World) -> None:
    (item,) = list_today(waiting.business, now=day(1))
    assert get_action(waiting.business, item.id).rule == "unanswered"


def test_actions_are_counted_by_rule_and_metric(waiting: World) -> None:
    waiting.rates(waiting.someone("Budi Santoso"), day(0), "csat", 1)
    refresh_changed(waiting.business, now=day(1))
    expected = {
        ("unanswered", "replied_within_target"): 1,
        ("detractor", "csat"): 1,
        ("origin_unknown", "organic_referrals"): 1,
    }
    assert count_by_rule(waiting.business, now=day(1)) == expected
    assert count_by_rule(waiting.business, now=day(1), as_of=True) == expected


def test_what_time_alone_changed_is_seen_before_the_worker_comes(world: World) -> None:
    rina, budi = world.someone("Rina Wulandari"), world.someone("Budi Santoso")
    world.asks(rina, day(0), "opening_hours")
    world.asks(budi, day(-2), "opening_hours")
    refresh_changed(world.business, now=day(0, "10:30"))
    assert [item.contact.name for item in list_today(world.business, now=day(0, "10:30"))] == ["Budi Santoso"]
    for limit in (None, 12):
        later = list_today(world.business, now=day(0, "12:00"), limit=limit)
        assert [item.contact.name for item in later] == ["Budi Santoso", "Rina Wulandari"]
    assert Action.objects.count() == 1


def test_a_decision_follows_its_evidence_through_merge(waiting: World, dina: Teammate) -> None:
    act_on(waiting, "not_needed", dina)
    decision = Decision.objects.get()
    sari = waiting.someone("Sari Dewi")
    assert decision.identity
    absorbed = decision.contact
    decision.identity.contact = sari.contact
    decision.identity.save()
    absorbed.merged_into = sari.contact
    absorbed.save()
    refresh_changed(waiting.business, now=day(1))
    assert list_today(waiting.business, now=day(1), as_of=True) == []


def test_the_offer_hands_over_the_link_that_was_last_sent(world: World) -> None:
    from sapa.snapshots.queries import get_snapshot

    andi = world.someone("Andi Wijaya")
    assert andi.contact
    world.asks(andi, day(0), "product_info")
    world.answers(andi, day(0, "10:10"), "ini videonya kak https://tokosage.example/testimoni ya")
    world.asks(andi, day(1), "stock")
    world.answers(andi, day(1, "10:10"), "ada kak")
    now = day(2, "11:00")
    action = get_snapshot(andi.contact, now=now).action
    assert (action.rule, action.material) == ("hot_lead", "https://tokosage.example/testimoni")
    assert action.why == "Prospek panas: sudah 25 dari 72 jam sejak mulai tertarik."


@pytest.mark.parametrize(
    ("name", "called"),
    [("Rina Wulandari", "Rina"), ("Bu Tuti", "Bu Tuti"), ("Bpk. Budi Santoso", "Bpk. Budi"), ("Andi", "Andi"), ("+62 812-3456-7890", "+62 812-3456-7890")],
)  # fmt: skip
def test_how_people_are_called(name: str, called: str) -> None:
    assert call_name(name) == called


def test_who_has_no_name_is_called_by_their_address() -> None:
    assert shown_name("", [("row", "x"), ("email", "a@b.example"), ("phone", "+6281234567890")]) == "+62 812-3456-7890"  # fmt: skip
    assert shown_name("", []) == ""


def test_sentences_follow_the_reader_s_language_for_times(waiting: World) -> None:
    with translation.override("en"):
        (item,) = list_today(waiting.business, now=day(1))
    assert "24 hours" in item.why
    assert "2 hours" in item.why


def test_a_long_list_is_read_in_few_queries(world: World, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for person in world.someones(30):
        world.asks(person, day(0), "opening_hours")
    refresh_changed(world.business, now=day(1))
    with django_assert_max_num_queries(8):
        assert len(list_today(world.business, now=day(1))) == 30
