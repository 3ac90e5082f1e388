"""The document says what is there, and the lines of docs/api.md do what they say."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from sapa.api.openapi import make_document
from sapa.api.register import REGISTER
from sapa.contacts.models import Contact
from sapa.lib import json
from sapa.programs.models import Listener
from sapa.programs.types import Scope
from tests.api.conftest import Program, code
from tests.conftest import ROOT
from tests.web.conftest import Story

pytestmark = pytest.mark.django_db

PAPER = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
LINES = [
    line.strip()
    for block in re.findall(r"```sh\n(.*?)```", PAPER, re.S)
    for line in block.replace("\\\n", " ").splitlines()
    if line.strip()
]


def test_the_document_is_public_and_whole() -> None:
    answer = Client().get("/api/openapi.json")
    assert answer.status_code == 200
    document = json.decode(answer.content)
    assert document == json.decode(json.encode_plain(make_document()))
    assert document["openapi"].startswith("3.1")
    there = {(method.upper(), path) for path, found in document["paths"].items() for method in found}
    assert there == {(one.method, one.path) for one in REGISTER}


def test_every_reference_of_the_document_leads_somewhere() -> None:
    document = make_document()
    named = set(re.findall(r'"\$ref":"#/components/schemas/(\w+)"', json.encode_plain(document).decode()))
    assert named <= set(document["components"]["schemas"])
    assert document["components"]["schemas"]["TrendPoint"]["required"] == [
        "from",
        "to",
        "value",
        "sample_size",
        "target",
    ]


def test_the_paper_names_every_scope_and_only_what_is_there() -> None:
    assert all(f"`{scope.value}`" in PAPER for scope in Scope)
    assert len(LINES) == 11


def test_the_lines_of_the_paper_work(program: Program, people: Story, tmp_path: Path) -> None:
    file = tmp_path / "kontak.csv"
    file.write_text("Nama,No HP\nRina Wulandari,0812-3456-7890\n", encoding="utf-8")
    for line in LINES:
        for name, value in {"$SAPA": "", "$TOKEN": program.secret, "$FILE": str(file)}.items():
            line = line.replace(name, value)
        method, path, headers, body = _read_curl(shlex.split(line))
        kind = headers.pop("Content-Type", "text/plain")
        answer: Any = Client().generic(method, path, data=body, content_type=kind, headers=headers)
        assert answer.status_code in (200, 201, 202), (line, answer.content)
    assert Contact.objects.filter(name="Andi Wijaya").exists()
    assert Listener.objects.get().kinds == ["message.in", "order.paid"]


def _read_curl(words: list[str]) -> tuple[str, str, dict[str, str], bytes]:
    assert words[:2] == ["curl", "-s"]
    path, headers, body = words[2], dict[str, str](), b""
    rest = iter(words[3:])
    for word in rest:
        if word == "-H":
            name, _colon, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(rest).encode()
        else:
            assert word == "--data-binary"
            body = Path(next(rest).removeprefix("@")).read_bytes()
    return ("POST" if body else "GET"), path, headers, body


def test_codes_of_the_paper_are_codes_of_ours(program: Program) -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src" / "sapa" / "api").rglob("*.py")
    )
    table = PAPER.split("## When it is refused")[1].split("## Webhooks")[0]
    for name in re.findall(r"`([a-z]+_[a-z]+)`", table):
        assert f'"{name}"' in source, name
    assert code(program.ask("GET", "/tidak-ada")) == "no_address"
