"""English is complete, and what is compiled is what is written."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from django.test import Client

from tests.web.conftest import Story
from tests.web.test_words import _screens, _Words
from tools.messages import MO, compile_catalogue, list_messages, list_missing, merge, read_catalogue

_NAMED = re.compile(r"%\((\w+)\)")


def test_every_sentence_of_the_package_has_its_english() -> None:
    catalogue = merge(read_catalogue(), list_messages())
    assert len(catalogue) > 1000
    assert not list_missing(catalogue), "run: python -m tools.messages"


def test_the_catalogue_holds_no_sentence_that_nobody_says() -> None:
    said = {message if isinstance(message, str) else message[0] for message in list_messages()}
    kept = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in read_catalogue()
        if message.id
    }
    assert kept <= said, "run: python -m tools.messages"


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert MO.read_bytes() == compile_catalogue(read_catalogue())


def _blanks(text: str) -> set[str]:
    named = set(_NAMED.findall(text))
    if named or "{" not in text:
        return named
    return {name for _text, name, _form, _turn in Formatter().parse(text) if name}


def test_english_leaves_the_same_blanks() -> None:
    for message in read_catalogue():
        if not message.id or '"id"' in str(message.id):
            continue
        ids = (message.id,) if isinstance(message.id, str) else message.id
        for english in message.string if isinstance(message.string, tuple) else (message.string,):
            assert _blanks(english) <= _blanks(ids[0]), message.id
            assert _blanks(ids[-1]) - _blanks(english) <= {"n"}, message.id


@pytest.mark.django_db
def test_no_screen_in_english_keeps_a_sentence_in_indonesian(
    owner: Client, teammate: Client, people: Story
) -> None:
    ids = {one if isinstance(one, str) else one[0] for one in list_messages()}
    english = read_catalogue()
    whole = {one for one in ids if len(one.split()) > 2 and "%" not in one and "{" not in one}
    whole = {one for one in whole if (found := english.get(one)) and found.string != one}
    owner.post("/language/", {"language": "en"})
    for path in _screens():
        words = _Words()
        words.feed(owner.get(path).content.decode())
        shown = {" ".join(one.split()) for one in words.found}
        assert not shown & whole, (path, shown & whole)
