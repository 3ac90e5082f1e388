"""A provider by which nobody writes: payments and parcels."""

from __future__ import annotations

import base64

from sapa.demo.providers.dialect import Dialect
from sapa.demo.providers.people import Customer
from sapa.demo.providers.wire import Request


class Quiet(Dialect):
    """Nothing is said here."""

    def says(self, customer: Customer, text: str, *, picture: bytes = b"") -> str:
        raise ValueError(f"Nobody writes by {self.kind}.")


def shows_key(request: Request, key: str) -> bool:
    """Whether a request bears the key as the user of a basic authorisation without a password."""
    wanted = base64.b64encode(f"{key}:".encode()).decode()
    return request.headers.get("authorization") == f"Basic {wanted}"
