"""The labels hang together."""

from sapa.readings.types import (
    BUYING_INTENTS,
    COURTESY_INTENTS,
    INTENT_LABELS,
    INTENTS,
    SENTIMENT_LABELS,
    TOPICS,
)


def test_every_label_has_words_in_both_languages() -> None:
    labels = [*INTENT_LABELS.values(), *SENTIMENT_LABELS.values()]

    assert len(INTENTS) == 24
    assert all(label.id and label.en for label in labels)
    assert len({label.id for label in INTENT_LABELS.values()}) == len(INTENTS)


def test_buyers_ask_topics_and_courtesy_is_none() -> None:
    assert BUYING_INTENTS < TOPICS < frozenset(INTENTS)
    assert not COURTESY_INTENTS & TOPICS
