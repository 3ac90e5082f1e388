"""A request that we make of a provider, and what it answers, free of any HTTP library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, cast
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Request:
    """`path` holds the parts after the dialect's own word; header names are in lower case."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The JSON object of the body; empty where there is none."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def form(self) -> dict[str, str]:
        """The fields of a form, with or without files; files are left out."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        parts = {str(part.get_param("name", header="content-disposition")): part for part in self._parts()}
        return {
            name: cast(bytes, part.get_payload(decode=True)).decode()
            for name, part in parts.items()
            if part.get_filename() is None
        }

    def files(self) -> list[tuple[str, str, bytes]]:
        """The files of a form: name, kind of content, bytes."""
        return [
            (str(part.get_filename()), part.get_content_type(), cast(bytes, part.get_payload(decode=True)))
            for part in self._parts()
            if part.get_filename() is not None
        ]

    def _parts(self) -> list[Message]:
        kind = self.headers.get("content-type", "")
        if not kind.startswith("multipart/"):
            return []
        whole = BytesParser(policy=HTTP).parsebytes(f"content-type: {kind}\r\n\r\n".encode() + self.body)
        return [cast(Message, part) for part in whole.iter_parts()]


@dataclass(frozen=True, slots=True)
class Reply:
    """`breaks_off`: the line is closed without an answer, after the provider has taken what it was given."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    breaks_off: bool = False


def said(status: int = 200, /, **fields: Any) -> Reply:
    """A JSON object as an answer."""
    return Reply(status, encode(fields))


def encode(value: Any) -> bytes:
    """JSON as PHP and Java providers write it: what is not ASCII is escaped, so a body written again differs."""
    return json.dumps(value, separators=(",", ":")).encode()
