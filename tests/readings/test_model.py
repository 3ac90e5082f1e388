"""What the shipped model makes of messages: cases by intent, mood and need of a person, and its own soundness."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sapa.readings import lexicon, model
from sapa.readings.features import neighbours, observe, sign_features
from sapa.readings.model import understand, understand_many
from sapa.readings.types import BUYING_INTENTS, COURTESY_INTENTS, INTENTS, SENTIMENTS
from tools.reading_data import load_rows

ROOT = Path(__file__).resolve().parent.parent.parent

SLANG = [
    ("brp kak", "price"),
    ("hrg nya brapa min", "price"),
    ("pinten regine bu", "price"),
    ("bs nyicil ga", "installment"),
    ("spaylater bisa kak?", "installment"),
    ("bayarnya tempo bisa?", "installment"),
    ("dp brp persen kak", "installment"),
    ("rdy ga kak", "stock"),
    ("msh ada yg M?", "stock"),
    ("halal ga bu", "ingredients"),
    ("aman buat bumil?", "ingredients"),
    ("bb 60 pake size apa", "size_fit"),
    ("nego dikit bang", "promo"),
    ("ongkir ke malang brp", "shipping_cost"),
    ("resi blm ada kak?", "shipping_status"),
    ("udh tf ya kak", "payment"),
    ("norek nya mana", "payment"),
    ("mau pesen 2 ya", "order"),
    ("gajadi kak, cancel aja", "cancel"),
    ("mau refund dong", "refund_return"),
    ("garansinya brp bln", "claim_warranty"),
    ("buka jam brp", "opening_hours"),
    ("alamatnya dmn", "location"),
    ("mau jadi reseller gmn", "reseller_b2b"),
    ("makasih kak", "thanks"),
    ("assalamualaikum", "greeting"),
    ("parah enak banget", "testimonial"),
]

NEEDS_HUMAN = [
    "maaf kak, setelah pakai krimnya wajah saya gatal dan bengkak",
    "kalau tidak diganti saya lapor polisi",
    "tak viralin tokomu",
    "kembalikan uang saya",
    "ada yang ngaku admin toko minta OTP",
    "anak saya masih SD checkout sendiri tanpa izin",
    "ibu saya meninggal, pesanannya gimana ya",
    "rasanya pengen mati aja kak",
    "data saya kok tersebar",
    "saya hamil dan sudah terlanjur minum jamunya",
    "mau bicara sama orang langsung",
    "barangnya rusak kak",
    "kecewa banget sama pelayanannya",
]

NO_HUMAN = [
    "parah enak banget kuenya",
    "brp kak",
    "ready warna hitam?",
    "makasih kak",
    "ongkir ke bandung berapa",
    "buka jam berapa",
    "mau pesan 2 ya kak",
    "bagus banget, suka",
    "halo kak",
    "👍",
]


class TestUnderstand:
    @pytest.mark.parametrize(("text", "intent"), SLANG)
    def test_knows_the_slang(self, text: str, intent: str) -> None:
        assert understand(text).intent == intent

    @pytest.mark.parametrize("text", NEEDS_HUMAN)
    def test_calls_a_person(self, text: str) -> None:
        assert understand(text).needs_human

    @pytest.mark.parametrize("text", NO_HUMAN)
    def test_leaves_people_alone(self, text: str) -> None:
        assert not understand(text).needs_human

    @pytest.mark.parametrize("text", ["", "   ", "...", "<Media tidak disertakan>", "\u200e", "\x00"])
    def test_says_nothing_of_nothing(self, text: str) -> None:
        silent = understand(text)

        assert silent.intent is None
        assert silent.sentiment is None
        assert silent.abstained_intent
        assert silent.abstained_sentiment
        assert not silent.needs_human

    def test_says_nothing_below_its_lines(self) -> None:
        lines = model.load_weights().lines
        readings = understand_many([row.text for row in load_rows(ROOT / "training" / "readings_judge.tsv")])

        assert any(one.abstained_intent for one in readings)
        for one in readings:
            assert one.abstained_intent == (one.intent is None)
            assert one.abstained_intent <= (one.confidence["intent"] < lines["intent"])
            assert one.confidence["intent"] >= lines["intent"] or one.intent in {None, *BUYING_INTENTS}
            assert one.abstained_sentiment == (one.sentiment is None)
            assert one.abstained_sentiment == (one.confidence["sentiment"] < lines["sentiment"])

    @pytest.mark.parametrize(
        ("text", "sentiment"),
        [
            ("kecewa banget, barangnya jelek", "negative"),
            ("enak banget, puas", "positive"),
            ("ukuran L ada?", "neutral"),
            ("tidak enak", "negative"),
        ],
    )
    def test_feels_the_mood(self, text: str, sentiment: str) -> None:
        assert understand(text).sentiment == sentiment

    @pytest.mark.parametrize(
        ("text", "among"),
        [
            ("Kak, sage ready? harga brp?", {"price", "stock"}),
            ("harga brp kak? bisa cod?", {"price", "payment"}),
            ("berapaan kak, ready?", {"price", "stock"}),
        ],
    )
    def test_of_two_buying_questions_answers_the_likelier(self, text: str, among: set[str]) -> None:
        found = understand(text)

        assert found.intent in among
        assert not found.abstained_intent

    def test_of_two_questions_that_do_not_both_buy_answers_neither(self) -> None:
        found = understand("makasih kak, masih ada?")

        assert (found.intent, found.abstained_intent, found.is_question) == (None, True, True)

    @pytest.mark.parametrize(
        "text", ["Halo kak, ada warna baru?", "Halo kak, ada model baru?", "pagi kak ada koleksi terbaru ga"]
    )
    def test_who_asks_for_wares_does_more_than_greet(self, text: str) -> None:
        found = understand(text)

        assert found.intent not in COURTESY_INTENTS | {"opening_hours"}
        assert found.is_question
        assert not found.closes

    @pytest.mark.parametrize(
        "text", ["halo kak", "kak?", "halo ada admin?", "selamat siang, ini toko sage?", "kak boleh tanya?"]
    )
    def test_who_only_greets_is_heard_to_greet(self, text: str) -> None:
        assert understand(text).intent == "greeting"

    def test_keeps_the_order_and_equals_one_by_one(self) -> None:
        texts = [text for text, _ in SLANG] * 25

        together = understand_many(texts)

        assert len(texts) > model.CHUNK
        assert together[:27] == [understand(text) for text in texts[:27]]
        assert together[-27:] == together[:27]

    def test_of_none_is_none(self) -> None:
        assert understand_many([]) == []

    def test_survives_a_very_long_text(self) -> None:
        assert 0 <= understand("barang rusak " * 20_000).confidence["needs_human"] <= 1


class TestNeed:
    def test_of_a_person_grows_with_the_share_of_trouble(self) -> None:
        intent = np.zeros((2, len(INTENTS)), np.float32)
        intent[0, INTENTS.index("price")] = 1
        intent[1, INTENTS.index("complaint")] = 1

        calm, troubled = model.needing(np.zeros(2, np.float32), intent)

        assert calm < 0.2 < troubled


class TestSigns:
    def test_name_the_kind_beside_a_kind_and_whether_it_is_asked(self) -> None:
        found = sign_features(observe("kurir kapan datang?"))

        assert {"%staff", "?%staff", "^|%staff", "%staff|%time_ask"} <= found

    def test_of_words_without_a_kind_are_none(self) -> None:
        assert neighbours(["qwx", "zzv"]) == set()


class TestRunTime:
    def test_needs_neither_the_trainer_nor_django(self) -> None:
        ask = "from sapa.readings.model import understand; import sys; understand('brp kak'); "
        ask += "print([name for name in ('sklearn', 'scipy', 'django') if name in sys.modules])"

        answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

        assert answer.stdout.strip() == "[]"

    def test_weighs_little(self) -> None:
        assert (ROOT / "src/sapa/readings/data" / model.WEIGHTS).stat().st_size < 12_000_000


class TestWeights:
    def test_hold_one_row_a_feature(self) -> None:
        weights = model.load_weights()

        rows = 1 + sum(len(index) for index in weights.index.values())
        assert weights.matrix.shape == (rows, len(INTENTS) + 1 + len(SENTIMENTS))
        assert weights.scale.shape == (rows, 2)
        assert np.isfinite(weights.matrix).all()

    def test_are_those_of_the_report(self) -> None:
        about, report = (
            model.load_weights().about,
            json.loads((ROOT / "training" / "report.json").read_text("utf-8")),
        )

        assert {key: report[key] for key in about} == about

    def test_are_made_from_these_lists_and_messages(self) -> None:
        about = model.load_weights().about
        lists = "\n".join(
            (ROOT / "src/sapa/readings/data" / name).read_text("utf-8") for name in lexicon.LISTS
        )
        messages = (ROOT / "training" / "readings.tsv").read_text("utf-8")

        assert about["lists_sha256"] == hashlib.sha256(lists.encode()).hexdigest()
        assert about["training_sha256"] == hashlib.sha256(messages.encode()).hexdigest()

    def test_name_their_vocabulary(self) -> None:
        weights = model.load_weights()

        names = "\n".join(name for index in weights.index.values() for name in index)
        assert weights.about["features_sha256"] == hashlib.sha256(names.encode()).hexdigest()
