"""The Customer Snapshot as the article draws it, line by line (S2.30 to S2.35, S2.37)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sapa.accounts.models import Business
from sapa.accounts.operations import add_teammate
from sapa.actions.queries import list_today
from sapa.contacts.models import Contact
from sapa.contacts.operations import state
from sapa.contacts.queries import find_contact
from sapa.snapshots.operations import refresh_changed
from sapa.snapshots.queries import get_snapshot
from tests.flows.shop import SHOP, Who, bring, day, talk, web, write_chat, write_events, write_people

pytestmark = pytest.mark.django_db

RINA = Who("Rina Wulandari", "+6281234567890")
NOW = day(3, "13:00")
ASKED = day(3, "11:00")
VIDEO = "Cara Bedakan Jahe Asli"
BUTTON = "Konsultasi Gratis"
TESTIMONY = "https://tokosage.example/video/alumni-surabaya"


@pytest.fixture(scope="module")
def shop(story: Business, folder: Path) -> Business:
    link = {"utm_source": "tiktok", "utm_medium": "video", "utm_content": VIDEO}
    events = [
        web(day(1, "20:00"), "tamu-7", name="Konsultasi", path="konsultasi", **link),
        web(day(1, "20:02"), "tamu-7", "track", "Form Submitted", who=RINA, form="konsultasi", button=BUTTON),
    ]
    chat = [
        *talk(
            RINA.shown_phone,
            day(2, "09:00"),
            "Jahenya asli semua kak?",
            f"> Asli kak, ini ceritanya {TESTIMONY}",
        ),
        *talk(RINA.shown_phone, ASKED, "Kalau paket kelasnya bisa dicicil kak? boleh minta penawarannya"),
    ]
    bring(
        story,
        NOW,
        write_events(folder, "situs.jsonl", events),
        write_chat(folder, RINA.shown_phone, chat),
        write_people(folder, "pelanggan.csv", [(RINA, day(1, "20:02"), "")]),
    )
    return story


def rina_of(shop: Business) -> Contact:
    found = find_contact(shop, RINA.phone)
    assert found is not None
    return found


def test_name_and_every_address(shop: Business) -> None:
    sheet = get_snapshot(rina_of(shop), now=NOW)
    assert sheet.contact.name == RINA.name
    assert ("phone", RINA.phone) in [(one.kind, one.value) for one in sheet.contact.identities]


def test_origin_is_channel_and_real_context_not_tiktok_alone(shop: Business) -> None:
    origin = get_snapshot(rina_of(shop), now=NOW).origin
    assert origin.channel == "tiktok"
    assert origin.context == f"{VIDEO} → {BUTTON}"
    assert origin.at == day(1, "20:00")


def test_history_is_when_what_was_asked_and_what_came_of_it(shop: Business) -> None:
    history = get_snapshot(rina_of(shop), now=NOW).history
    assert 1 <= len(history) <= 3
    newest = history[0]
    assert (newest.at, newest.outcome) == (ASKED, "belum dikirim penawaran")
    assert newest.what.lower().startswith("tanya")
    assert "cicil" in newest.what


def test_trust_is_a_status_with_its_reason_and_a_teammate_may_change_it(shop: Business) -> None:
    rina = rina_of(shop)
    sheet = get_snapshot(rina, now=NOW)
    assert sheet.trust == "considering"
    assert sheet.trust_why
    dina = add_teammate(business=shop, email="dina@tokosage.example", name="Dina", role="member", now=NOW)
    state(
        business=shop,
        contact=rina,
        field="trust",
        value="needs_support",
        why="Ragu setelah menelepon",
        by=dina,
        now=NOW,
    )
    refresh_changed(shop, now=NOW)
    changed = get_snapshot(rina, now=NOW)
    assert changed.trust == "needs_support"
    assert "Dina" in changed.trust_why
    assert "Ragu setelah menelepon" in changed.trust_why


def test_one_action_in_an_active_sentence_within_48_hours_with_its_material(shop: Business) -> None:
    action = get_snapshot(rina_of(shop), now=NOW).action
    assert action.rule == "offer_not_sent"
    assert action.text == "Kirim penawaran cicilan ke Rina"
    assert action.owner == "Bu Tuti"
    assert NOW < action.due_at <= NOW + timedelta(hours=48)
    assert "2 jam lalu" in action.why
    assert "boleh minta penawarannya" in action.evidence[0]
    assert action.material == TESTIMONY
    (item,) = list_today(shop, now=NOW)
    assert (item.rule, item.text, item.metric) == (action.rule, action.text, "conversion")


def test_once_the_offer_is_sent_the_line_and_the_action_say_so(shop: Business, tmp_path: Path) -> None:
    later = day(3, "14:00")
    offer = [(day(3, "13:30"), SHOP, "Ini penawarannya kak: paket 1.200.000, cicilan 3 kali 400.000")]
    bring(shop, later, write_chat(tmp_path, RINA.shown_phone, offer))
    sheet = get_snapshot(rina_of(shop), now=later)
    assert sheet.action.rule != "offer_not_sent"
    assert "belum dikirim penawaran" not in {line.outcome for line in sheet.history}
    assert "offer_not_sent" not in {item.rule for item in list_today(shop, now=later)}


def test_what_somebody_will_ask_next_is_known_before_they_write(shop: Business) -> None:
    """The form alone tells the seller what drew the person: no question was asked yet (S2.37)."""
    early = get_snapshot(rina_of(shop), now=day(1, "20:30"), as_of=True)
    assert early.origin.context == f"{VIDEO} → {BUTTON}"
    assert [(line.what, line.outcome) for line in early.history] == [
        ("Mengisi formulir: konsultasi", "belum dihubungi")
    ]
    assert early.trust == "considering"
    assert early.action.due_at <= day(1, "20:30") + timedelta(hours=48)
