"""The words of reading labels in the reader's language: they are data of `readings.types`."""

from __future__ import annotations

from sapa.readings.types import INTENT_LABELS


def intent_label(code: str, language: str) -> str:
    label = INTENT_LABELS.get(code)
    if label is None:
        return ""
    return label.en if language.startswith("en") else label.id
