"""A push service of our own on loopback: it takes pushes, checks who signed them, and opens them as a browser would."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sapa.notices.types import Subscription

SECRET = b"sixteen bytes ok"


def unpad(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def pad_free(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True)
class Taken:
    """One push as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What the service was given; `answers` are the statuses that it gives next, then 201."""

    port: int
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    taken: list[Taken] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    retry_after: str = ""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def subscribe(self, name: str = "hp") -> Subscription:
        """What a browser of this service would hand over."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Subscription(f"http://{self.host}/push/{name}", pad_free(point), pad_free(SECRET))

    def open(self, at: int = -1) -> dict[str, Any]:
        """The words of one push, by the code of http_ece."""
        content = http_ece.decrypt(
            self.taken[at].body, private_key=self.key, auth_secret=SECRET, version="aes128gcm"
        )
        words: dict[str, Any] = json.loads(content)
        return words

    def claims(self, at: int = -1, key: str = "") -> dict[str, Any]:
        """The claims of a push's signature (RFC 8292), checked with the key that it names."""
        kind, _, rest = self.taken[at].headers["Authorization"].partition(" ")
        assert kind == "vapid"
        given = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert not key or given["k"] == key
        head, body, signature = given["t"].split(".")
        raw = unpad(signature)
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpad(given["k"]))
        both = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        try:
            public.verify(both, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise AssertionError("the push is signed by another key") from error
        assert json.loads(unpad(head)) == {"typ": "JWT", "alg": "ES256"}
        claims: dict[str, Any] = json.loads(unpad(body))
        return claims


@contextmanager
def receiving() -> Iterator[Receiver]:
    """The service, answering until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.taken.append(Taken(self.path, dict(self.headers), body))
            status = receiver.answers.pop(0) if receiver.answers else 201
            self.send_response(status)
            if receiver.retry_after:
                self.send_header("Retry-After", receiver.retry_after)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *given: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
