"""Lists of words as one pattern, so that wording can be read as lists."""

from __future__ import annotations

import re


def either(patterns: str) -> str:
    """Alternatives written one after another, parted by `;` or line ends.

    A space stands for white space, ` ?` for none or one.
    """
    parts = [part.strip() for part in re.split(r"[;\n]", patterns)]
    return "|".join(part.replace(" ?", r"\s?").replace(" ", r"\s+") for part in parts if part)


def any_of(patterns: str) -> re.Pattern[str]:
    """Any of the alternatives of `either` from a word's beginning, in capitals or not."""
    return re.compile(rf"\b(?:{either(patterns)})", re.IGNORECASE)
