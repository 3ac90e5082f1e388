"""One tap corrects a reading, holds, and is learnt for this shop alone."""

import pytest

from sapa.readings.corrections import adjust, learn
from sapa.readings.model import understand
from sapa.readings.types import Understood

BU_TUTI_TAUGHT = [("yang kemarin itu lho kak", "order"), ("paket sultan dong", "price")]


def read(text: str, taught: list[tuple[str, str]]) -> Understood:
    return adjust(understand(text), text, learn(taught))


def test_the_same_words_hold_for_sure() -> None:
    corrected = read("Yg kmrn itu lho kak", BU_TUTI_TAUGHT)

    assert corrected.intent == "order"
    assert not corrected.abstained_intent
    assert corrected.confidence["intent"] == 1.0


def test_near_words_follow_with_less_confidence() -> None:
    corrected = read("paket sultannya dong kak", BU_TUTI_TAUGHT)

    assert corrected.intent == "price"
    assert 0.7 <= corrected.confidence["intent"] < 1.0


def test_other_words_stay_as_they_were() -> None:
    assert read("ongkir ke bandung brp", BU_TUTI_TAUGHT) == understand("ongkir ke bandung brp")


def test_the_later_of_two_corrections_holds() -> None:
    assert read("paket sultan dong", [*BU_TUTI_TAUGHT, ("paket sultan dong", "order")]).intent == "order"


def test_only_the_intent_changes() -> None:
    text = "saya kecewa, barang rusak, minta uang kembali"
    before, after = understand(text), read(text, [(text, "complaint")])

    assert after.intent == "complaint"
    assert (after.needs_human, after.sentiment) == (before.needs_human, before.sentiment)


def test_nothing_taught_changes_nothing() -> None:
    assert read("brp kak", []) == understand("brp kak")


@pytest.mark.parametrize("text", ["<Media tidak disertakan>", "...", ""])
def test_a_message_without_words_teaches_nothing(text: str) -> None:
    assert learn([(text, "payment")]).exact == {}


def test_an_unknown_intent_is_refused() -> None:
    with pytest.raises(ValueError, match="'harga' is not an intent"):
        learn([("brp kak", "harga")])
