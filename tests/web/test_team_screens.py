"""The team's screen and its settings, through the browser's forms: who may what, what is refused, and the way back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sapa.accounts.models import AuditEntry, Business, Teammate
from sapa.accounts.operations import add_teammate
from sapa.accounts.queries import get_calendar
from sapa.automations.models import Automation
from sapa.channels.models import Channel
from sapa.conversations.models import Message
from sapa.moments.models import Moment
from sapa.snapshots.operations import refresh_changed
from tests.web.conftest import Story, sign_in
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(toko_sage: Business, bu_tuti: Teammate, dina: Teammate, now: datetime) -> World:
    """Within the week Dina answered eight in ten minutes and Bu Tuti seven in an hour."""
    world = World(toko_sage)
    for number in range(15):
        mate, minutes = (dina, 10) if number < 8 else (bu_tuti, 60)
        who = world.someone(f"Orang {number}")
        at = (now - timedelta(days=1 + number % 4)).replace(hour=10 + number % 3, minute=0)
        world.says(who, at, f"ada kak {number}?", asks=True)
        answer = world.answers(who, at + timedelta(minutes=minutes), "ada")
        Message.objects.filter(pk=answer.pk).update(by=mate)
    refresh_changed(toko_sage, now=now)
    return world


def page(client: Client, name: str, /, *args: object, **query: str) -> str:
    found = client.get(reverse(name, args=args), query)
    assert found.status_code == 200, found
    return found.content.decode()


def send(client: Client, name: str, /, *args: object, **given: str) -> int:
    return client.post(reverse(name, args=args), given).status_code


def undo_newest(client: Client) -> None:
    entry = AuditEntry.objects.latest("id")
    assert send(client, "undo", entry.pk) == 303
    entry.refresh_from_db()
    assert entry.undone_at is not None


def test_the_owner_sees_everybody_in_order_of_names_and_opens_a_number(
    owner: Client, answered: World, dina: Teammate
) -> None:
    html = page(owner, "team")
    assert html.index("Bu Tuti") < html.index(">Dina<")
    assert "Nama berurut abjad, bukan peringkat." in html
    assert "10 mnt" in html
    rows = page(owner, "team_messages", who=str(dina.public_id), what="first", days="30")
    assert rows.count("data-row") == 8
    assert "ada kak 0?" in rows
    assert "ada kak 14?" not in rows


def test_a_member_sees_the_team_and_only_their_own_line(
    teammate: Client, answered: World, bu_tuti: Teammate
) -> None:
    html = page(teammate, "team")
    table = html.split("<table>")[1].split("</table>")[0]
    assert "Dina" in table
    assert "Bu Tuti" not in table
    assert "Seluruh tim" in table
    assert teammate.get(reverse("team_messages"), {"who": str(bu_tuti.public_id)}).status_code == 404


@pytest.mark.parametrize(
    "query", [{"what": "best"}, {"who": "x"}, {"hour": "noon"}, {"channel": "telex"}, {"before": "now"}]
)
def test_an_address_that_asks_nonsense_is_no_page(
    owner: Client, answered: World, query: dict[str, str]
) -> None:
    assert owner.get(reverse("team_messages"), query).status_code == 404


def test_with_few_answers_the_people_stand_there(owner: Client, people: Story, dina: Teammate) -> None:
    html = page(owner, "team", days="90")
    assert "Baru sedikit: inilah orang-orangnya" in html
    assert "Rina Wulandari" in html


def test_who_works_alone_never_sees_a_team(owner: Client, people: Story, toko_sage: Business) -> None:
    assert 'href="/team/"' not in page(owner, "more")
    html = page(owner, "settings_service")
    for word in ("Siapa yang bertugas", "Bagi percakapan sendiri", "Peringkat menurut nama"):
        assert word not in html


def test_ranking_is_a_supervisors_choice(
    owner: Client, teammate: Client, answered: World, now: datetime
) -> None:
    rudi = add_teammate(
        business=answered.business, email="rudi@tokosage.example", name="Rudi", role="supervisor", now=now
    )
    assert send(teammate, "save_ranking", ranks_by_name="1") == 403
    assert send(sign_in(rudi.user), "save_ranking", ranks_by_name="1") == 303
    html = page(owner, "team")
    assert html.index("1. Dina") < html.index("2. Bu Tuti")
    undo_newest(owner)
    assert "Nama berurut abjad" in page(owner, "team")


def test_targets_are_saved_refused_and_put_back(owner: Client, toko_sage: Business, dina: Teammate) -> None:
    good = {"reply_target_minutes": "60", "after_sales_target_minutes": "", "urgent_target_percent": "40", "escalate_after_percent": "150"}  # fmt: skip
    assert send(owner, "save_targets", **good) == 303
    toko_sage.refresh_from_db()
    assert (toko_sage.reply_target_minutes, toko_sage.urgent_target_percent) == (60, 40)
    assert toko_sage.after_sales_target_minutes is None
    undo_newest(owner)
    toko_sage.refresh_from_db()
    assert toko_sage.reply_target_minutes == 120
    assert send(owner, "save_targets", **good | {"escalate_after_percent": "50"}) == 422


def test_friday_prayer_is_one_tap(owner: Client, toko_sage: Business, now: datetime) -> None:
    friday = (now + timedelta(days=6)).date()
    assert send(owner, "save_friday", prays="1") == 303
    assert get_calendar(toko_sage).spans_on(friday) == ((540, 690), (780, 1020))
    assert "Hitung buka lagi" in page(owner, "settings_service")
    undo_newest(owner)
    assert get_calendar(toko_sage).spans_on(friday) == ((540, 1020),)


def test_a_channel_has_its_own_target_and_team(owner: Client, people: Story, dina: Teammate) -> None:
    assert send(owner, "team_new", name="Marketplace", mates=str(dina.public_id)) == 303
    team = people.business.teams.get()
    channel = Channel.objects.get(kind="whatsapp")
    assert (
        send(
            owner,
            "save_channel_service",
            channel.public_id,
            reply_target_minutes="30",
            team=str(team.public_id),
        )
        == 303
    )
    channel.refresh_from_db()
    assert (channel.reply_target_minutes, channel.team) == (30, team)
    undo_newest(owner)
    channel.refresh_from_db()
    assert (channel.reply_target_minutes, channel.team) == (None, None)
    assert send(owner, "save_channel_service", channel.public_id, reply_target_minutes="nol") == 422
    assert send(owner, "team_save", team.public_id, name="Gudang") == 303
    assert send(owner, "team_new", name="gudang") == 422
    assert send(owner, "team_remove", team.public_id) == 303
    undo_newest(owner)
    assert people.business.teams.get().name == "Gudang"


def test_everybody_says_for_themselves_whether_they_are_here(
    teammate: Client, owner: Client, people: Story, dina: Teammate, bu_tuti: Teammate
) -> None:
    assert send(teammate, "save_duty", dina.public_id, is_away="on", most_open="5") == 303
    dina.refresh_from_db()
    assert (dina.is_away, dina.most_open) == (True, 5)
    undo_newest(teammate)
    dina.refresh_from_db()
    assert not dina.is_away
    assert send(teammate, "save_duty", bu_tuti.public_id, is_away="on") == 404
    assert send(owner, "save_duty", dina.public_id, most_open="0") == 422


def test_sharing_out_is_switched_by_the_owner(owner: Client, people: Story, dina: Teammate) -> None:
    assert send(owner, "save_assigning", assigns_by_itself="1") == 303
    people.business.refresh_from_db()
    assert people.business.assigns_by_itself
    undo_newest(owner)
    people.business.refresh_from_db()
    assert not people.business.assigns_by_itself


def test_the_answer_after_hours_needs_the_moment_first(
    owner: Client, people: Story, bu_tuti: Teammate
) -> None:
    words = {"is_on": "on", "text": "Halo {nama}, kami buka {buka}."}
    assert send(owner, "save_answer", **words) == 422
    moment = {"name": "Chat setelah tutup", "feeling": "Menunggu", "risk": "x", "responsible": str(bu_tuti.pk), "may_be_automated": "on"}  # fmt: skip
    assert send(owner, "save_moment", **moment) == 422
    assert send(owner, "save_moment", **moment | {"risk": "Orang yang marah merasa dijawab mesin"}) == 303
    assert send(owner, "save_answer", **words | {"text": "Kami tutup"}) == 422
    assert send(owner, "save_answer", **words | {"text": "Buka {buka}, {harga}"}) == 422
    assert send(owner, "save_answer", **words) == 303
    assert Automation.objects.get().is_on
    html = page(owner, "settings_automations")
    assert "Halo Kak Ayu, kami buka" in html
    undo_newest(owner)
    assert not Automation.objects.get().is_on
    entry = AuditEntry.objects.get(verb="moment.written")
    assert send(owner, "undo", entry.pk) == 303
    assert not Moment.objects.get().may_be_automated


def test_a_member_cannot_switch_what_speaks_for_the_shop(teammate: Client, people: Story) -> None:
    for name in ("save_moment", "save_answer", "save_targets", "save_friday", "save_assigning", "team_new"):
        assert send(teammate, name) == 403
