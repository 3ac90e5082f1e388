"""A school's 200 recorded consultations, written out, and the question at which most people stopped (S2.57, S2.58)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sapa.accounts.models import Business
from sapa.conversations.models import Message
from sapa.journeys.queries import get_journey
from sapa.snapshots.queries import list_contacts
from tests.flows.shop import Bought, Who, bring, crowd, day, figures, transcript_text, write_orders, write_zip

pytestmark = pytest.mark.django_db

NOW = day(120, "09:00")
INSTALLMENTS = (
    "Kalau biayanya dicicil bisa berapa kali ya kak?",
    "Biaya kelasnya bisa dicicil nggak kak?",
    "Bisa bayar cicilan 0 persen pakai kartu kredit?",
    "Bisa bayarnya nyicil tiap bulan nggak kak?",
    "DP nya berapa dulu kak, sisanya dicicil?",
    "Ada cicilan tanpa kartu kredit?",
    "Ada paylater nggak kak?",
)
PRICES = ("Biaya kelasnya berapa ya kak?", "Total biayanya berapa kak?")
LESSONS = ("Silabusnya belajar apa saja?", "Apa dapat sertifikat setelah lulus?")
SEATS = ("Kuotanya masih ada kak?",)
FAREWELL = ("Baik kak, saya pikir-pikir dulu. Terima kasih", "Oke kak nanti saya kabari lagi ya")


def consultation(number: int, last: str) -> tuple[str, ...]:
    return (
        "> Selamat siang, dengan Sari dari Kelas Sage, ada yang bisa dibantu?",
        LESSONS[number % 2],
        "> Belajarnya dua belas minggu, cicilan juga tersedia untuk semua kelas",
        last,
        "> Nanti kami jelaskan lengkapnya ya kak",
        FAREWELL[number % 2],
    )


def recording(who: Who, number: int, said: tuple[str, ...]) -> tuple[str, str]:
    """The file of one talk: most as text, some as captions of a video call named by day and person."""
    at = day(number % 60, "13:00")
    if number % 5 != 4:
        return f"rekaman/{number:03d}.txt", transcript_text(at, who, *said)
    cues = [
        f"00:{turn:02d}:05.000 --> 00:{turn:02d}:09.000\n<v {'Konsultan' if text[0] == '>' else who.name}>{text.lstrip('> ')}\n"
        for turn, text in enumerate(said)
    ]
    return f"rekaman/{at:%Y-%m-%d} {who.name}.vtt", "WEBVTT\n\n" + "\n".join(cues)


def last_questions() -> Iterator[str]:
    """150 who leave: 96 over paying in parts, 24 over the price, 18 over the lessons, 12 over seats."""
    for number, ways in ((96, INSTALLMENTS), (24, PRICES), (18, LESSONS), (12, SEATS)):
        yield from (ways[turn % len(ways)] for turn in range(number))


@pytest.fixture(scope="module")
def school(story: Business, folder: Path) -> Business:
    people = crowd(200)
    files = dict(
        recording(who, number, consultation(number, last))
        for number, (who, last) in enumerate(zip(people, last_questions(), strict=False))
    )
    orders: list[Bought] = []
    for number, who in enumerate(people[150:], start=150):
        at = day(number % 60, "13:00")
        said = consultation(number, INSTALLMENTS[number % len(INSTALLMENTS)])
        files[f"rekaman/{number:03d}.txt"] = transcript_text(at, who, *said, "Saya daftar sekarang ya kak")
        orders.append(
            Bought(f"D-{number}", who, at + timedelta(days=1), total=2_500_000, item="Kelas Data Analyst")
        )
    assert len(files) == 200
    *talks, _ = bring(
        story,
        NOW,
        write_zip(folder, "rekaman konsultasi.zip", files),
        write_orders(folder, "pendaftaran.csv", orders),
    )
    assert len(talks) == 200
    assert {file.kind for file in talks} == {"transcripts"}
    return story


def test_200_talks_are_200_people(school: Business) -> None:
    assert len(list_contacts(school)) == 200
    assert Message.objects.filter(business=school).count() == 200 * 6 + 50


def test_64_percent_of_those_who_left_stopped_at_paying_in_parts(school: Business) -> None:
    journey = get_journey(school, from_=None, to=None, now=NOW)
    stages = {stage.key: stage for stage in journey.stages}
    assert (stages["asked"].contacts, stages["bought"].contacts, stages["asked"].left) == (200, 50, 150)
    assert [(point.topic, point.contacts, point.share) for point in journey.friction] == [
        ("installment", 96, 0.64),
        ("price", 24, 0.16),
        ("product_info", 18, 0.12),
        ("stock", 12, 0.08),
    ]
    assert journey.unread == 0
    examples = journey.friction[0].examples
    assert len(examples) == 3
    assert {example.text for example in examples} <= set(INSTALLMENTS)
    assert all(example.name for example in examples)


def test_what_the_consultant_named_on_the_way_is_nobodys_reason(school: Business) -> None:
    """The consultant speaks of "cicilan" in every talk; those who bought had asked for it too."""
    journey = get_journey(school, from_=day(0).date(), to=day(59).date(), now=NOW)
    assert sum(point.contacts for point in journey.friction) == 150
    assert figures(school, NOW)["conversion"].value == 0.25
