"""Collects the sentences of the package and keeps the English catalogue: `python -m tools.messages`.

Indonesian is the source language: what stands in the code is the sentence itself. English stands in
`locale/en/LC_MESSAGES/django.po`; the compiled `.mo` beside it is committed, so that nobody needs gettext's tools.
Sentences without English are printed and make the command end with 1.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "sapa"
FOLDER = PACKAGE / "locale" / "en" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"

# The same at every run: only a changed sentence changes the file.
_MADE = datetime(2026, 1, 1, tzinfo=UTC)
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}
_STRING = r"""(u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))"""
_PLURAL = re.compile(rf"\bngettext\({_STRING}, {_STRING},")
_SINGLE = re.compile(rf"(?<![\w.])(?:_|gettext)\({_STRING}\)")

Message = str | tuple[str, str]


def list_messages() -> dict[Message, list[str]]:
    """Every sentence of the package with the files it stands in; a pair is a singular with its plural."""
    found: dict[Message, list[str]] = {}
    for path in sorted((*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"))):
        for message in _messages_in(path):
            places = found.setdefault(message, [])
            place = path.relative_to(PACKAGE).as_posix()
            if place not in places:
                places.append(place)
    return found


def _messages_in(path: Path) -> Iterator[Message]:
    if path.suffix == ".py":
        for _line, message, _comments, _context in extract_from_file("python", path, _KEYWORDS):
            yield (message[0], message[1]) if isinstance(message, tuple) else message
        return
    from django.utils.translation.template import templatize

    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for one, many in _PLURAL.findall(source):
        yield ast.literal_eval(one), ast.literal_eval(many)
    for single in _SINGLE.findall(source):
        yield ast.literal_eval(single)


def read_catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def merge(old: Catalog, found: dict[Message, list[str]]) -> Catalog:
    """The catalogue of exactly these sentences, with the English that is known."""
    fresh = Catalog(
        locale="en",
        project="Sapa",
        version="1",
        charset="utf-8",
        fuzzy=False,
        header_comment="# English of Sapa.",
        msgid_bugs_address="-",
        last_translator="Sapa",
        language_team="Sapa",
        creation_date=_MADE,
        revision_date=_MADE,
    )
    for message in sorted(found, key=str):
        known = old.get(message if isinstance(message, str) else message[0])
        english = known.string if known is not None else ""
        if isinstance(message, tuple) and not isinstance(english, tuple):
            english = (english, english) if english else ("", "")
        if isinstance(message, str) and isinstance(english, tuple):
            english = english[0]
        fresh.add(message, english, locations=[(place, 0) for place in found[message]])
    return fresh


def list_missing(catalogue: Catalog) -> list[str]:
    """Sentences without English."""
    missing = []
    for message in catalogue:
        if not message.id:
            continue
        english = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(english):
            missing.append(str(message.id))
    return missing


def compile_catalogue(catalogue: Catalog) -> bytes:
    """The catalogue as gettext's programs would compile it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def main() -> int:
    settings.configure(USE_I18N=True)
    django.setup()
    FOLDER.mkdir(parents=True, exist_ok=True)
    old = read_catalogue() if PO.exists() else Catalog(locale="en")
    catalogue = merge(old, list_messages())
    with PO.open("wb") as file:
        write_po(file, catalogue, width=0, omit_header=False, include_lineno=False, sort_output=False)
    MO.write_bytes(compile_catalogue(read_catalogue()))
    missing = list_missing(catalogue)
    for message in missing:
        print(message)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
