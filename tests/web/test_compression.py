"""Pages go out small, and whole."""

from __future__ import annotations

import gzip

import brotli
import pytest
from django.test import Client

from tests.web.conftest import Story

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("taken", "name"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("", None), ("deflate", None)]
)
def test_the_same_page_whatever_the_browser_takes(
    owner: Client, people: Story, taken: str, name: str | None
) -> None:
    answer = owner.get("/more/", headers={"Accept-Encoding": taken})
    assert answer.headers.get("Content-Encoding") == name
    undo = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[name]
    assert b"</html>" in undo(answer.content)
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_sheets_are_streamed_as_they_are(owner: Client, people: Story) -> None:
    answer = owner.get("/customers/export.csv", headers={"Accept-Encoding": "br"})
    assert answer.streaming
    assert "Content-Encoding" not in answer.headers
