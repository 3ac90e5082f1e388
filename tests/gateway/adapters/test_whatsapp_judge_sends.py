"""pywa, the MIT client of the Cloud API, judges what we send to WhatsApp."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pywa
from pywa import errors as pywa_errors
from pywa import types as judged
from pywa.types import templates

from sapa.gateway.adapters._meta.graph import verdict_on
from sapa.gateway.adapters.whatsapp.failures import VERDICTS
from sapa.gateway.contract import Outbound, OutboundFile
from tests.gateway.adapters.cases_whatsapp import (
    NUMBER_ID,
)
from tests.gateway.adapters.whatsapp_talk import requests_of as send

# ── what we send ─────────────────────────────────────────────────────────────────────────────────────


def plain(request: httpx.Request) -> dict[str, Any]:
    """A request's body with the type of a template's parts in one case: Meta documents `body`, pywa writes `BODY`."""
    body: dict[str, Any] = json.loads(request.content)
    for component in body.get("template", {}).get("components", []):
        component["type"] = component["type"].lower()
    return body


def file_of(folder: Path, kind: str, mime: str, name: str) -> OutboundFile:
    path = folder / name
    path.write_bytes(b"some bytes")
    return OutboundFile(kind, mime, name, 10, str(path))


def test_we_send_the_same_words(judge: pywa.WhatsApp, asked: list[httpx.Request]) -> None:
    judge.send_message(to="62811812345", text="Ada kak 😊", reply_to_message_id="wamid.X", tracker="ref-1")
    [mine] = send(Outbound("ref-1", "+62811812345", "Ada kak 😊", reply_to="wamid.X"))
    assert plain(mine) == plain(asked[0])
    assert mine.url.path.endswith(f"/{NUMBER_ID}/messages")


def test_we_send_to_a_user_id_the_same_way(judge: pywa.WhatsApp, asked: list[httpx.Request]) -> None:
    judge.send_message(to="ID.1349", text="Halo kak", tracker="ref-1")
    [mine] = send(Outbound("ref-1", "ID.1349", "Halo kak"))
    assert plain(mine) == plain(asked[0])
    assert plain(mine)["recipient"] == "ID.1349"


def test_we_send_the_same_buttons_and_lists(judge: pywa.WhatsApp, asked: list[httpx.Request]) -> None:
    two = (("ya", "Ya"), ("tidak", "Tidak"))
    judge.send_message(
        to="62811812345", text="Kirim hari ini?", buttons=[judged.Button(title, key) for key, title in two]
    )
    [mine] = send(Outbound("", "62811812345", "Kirim hari ini?", buttons=two))
    assert plain(mine) == plain(asked[0])
    four = tuple((f"u{n}", f"Ukuran {n}") for n in range(4))
    rows = [judged.SectionRow(title, key) for key, title in four]
    sections = judged.SectionList("Pilih", [judged.Section("Pilihan", rows)])
    judge.send_message(to="62811812345", text="Ukuran apa?", buttons=sections)
    [mine] = send(Outbound("", "62811812345", "Ukuran apa?", buttons=four))
    assert plain(mine) == plain(asked[1])


def test_we_send_the_same_template(judge: pywa.WhatsApp, asked: list[httpx.Request]) -> None:
    language = templates.TemplateLanguage.INDONESIAN
    judge.send_template(
        to="62811812345", name="resi", language=language, params=[templates.BodyText.params("Rina", "JP1234")]
    )
    [mine] = send(
        Outbound("", "62811812345", template={"name": "resi", "language": "id", "values": ["Rina", "JP1234"]})
    )
    assert plain(mine) == plain(asked[0])
    judge.send_template(
        to="62811812345", name="sapa", language=language, params=[templates.BodyText.params(nama="Rina")]
    )
    named = {"name": "sapa", "language": "id", "values": ["Rina"], "blanks": ["nama"]}
    [mine] = send(Outbound("", "62811812345", template=named))
    assert plain(mine) == plain(asked[1])


def test_we_send_the_same_files(judge: pywa.WhatsApp, asked: list[httpx.Request], tmp_path: Path) -> None:
    picture = file_of(tmp_path, "image", "image/jpeg", "sage.jpg")
    judge.send_image(to="62811812345", image=picture.read(), caption="Ini kak", mime_type="image/jpeg")
    upload, mine = send(Outbound("", "62811812345", "Ini kak", files=(picture,)))
    assert plain(mine) == plain(asked[1])
    assert fields_of(upload) == fields_of(asked[0])
    bill = file_of(tmp_path, "document", "application/pdf", "nota.pdf")
    judge.send_document(
        to="62811812345", document=bill.read(), filename="nota.pdf", caption="Nota", mime_type=bill.mime
    )
    _, mine = send(Outbound("", "62811812345", "Nota", files=(bill,)))
    assert plain(mine) == plain(asked[3])
    voice = file_of(tmp_path, "audio", "audio/ogg; codecs=opus", "suara.ogg")
    judge.send_voice(to="62811812345", voice=voice.read(), mime_type=voice.mime)
    _, mine = send(Outbound("", "62811812345", files=(voice,)))
    assert plain(mine) == plain(asked[5])


def fields_of(request: httpx.Request) -> set[bytes]:
    """The names of a form's fields with what is in them, but for the boundary and the file's own name."""
    boundary = request.headers["content-type"].split("boundary=")[1].encode()
    parts = (part.strip() for part in request.content.split(b"--" + boundary))
    return {
        part.split(b'name="')[1].split(b'"')[0] + b"=" + part.split(b"\r\n\r\n")[-1]
        for part in parts
        if b"name=" in part
    }


def test_every_error_that_pywa_knows_of_sending_has_a_meaning() -> None:
    kinds = (
        pywa_errors.SendMessageError,
        pywa_errors.AuthorizationError,
        pywa_errors.ThrottlingError,
        pywa_errors.IntegrityError,
    )
    codes = {
        code for kind in kinds for error in kind.__subclasses__() for code in error.__error_codes__ or ()
    }
    assert len(codes) > 130
    assert {code for code in codes if verdict_on(code, 0, VERDICTS) is None} == set()
