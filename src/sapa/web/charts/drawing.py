"""The parts of a drawing: elements with escaped words, numbers without needless decimals."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, the sentence that says what it shows, and its numbers as a table (first row: headings)."""

    svg: SafeString
    sentence: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def place(value: float) -> str:
    """A coordinate, to a tenth of a unit, with a point whatever the reader's language."""
    return f"{value:.1f}".removesuffix(".0")


def element(name: str, *, words: str = "", **attributes: float | str) -> str:
    """One SVG element; `class_` is written `class`, other underscores become dashes."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(place(value) if isinstance(value, int | float) else value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{escape(words)}</{name}>" if words else f"<{name}{written}/>"


def frame(
    parts: list[str], *, key: str, width: float, height: float, title: str, sentence: str
) -> SafeString:
    """The whole drawing, named for those who cannot see it. `key` must be its own on the page."""
    opening = format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>',
        place(width),
        place(height),
        *(key, key, key, title, key, sentence),
    )
    # Every part was made by `element`, which escapes.
    return mark_safe(f"{opening}{''.join(parts)}</svg>")  # noqa: S308
