"""What a push service must not read, and how it knows who sends: RFC 8291 (encryption) and RFC 8292 (VAPID).

The installation's signing key is derived from the key file: made with it on first use, kept nowhere else, the same in
every process, and gone with it.
"""

from __future__ import annotations

import base64
import json
import os
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MOST_BYTES = 3993
"""What fits into one record of 4,096 bytes, which every push service takes (RFC 8291, 4)."""

_RECORD = 4096
_VALID = timedelta(hours=12)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def encode(raw: bytes) -> str:
    """Base64url without padding, as the Push API writes keys."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Raises ValueError for what is not base64url."""
    raw = text.strip().rstrip("=")
    return base64.b64decode(raw + "=" * (-len(raw) % 4), altchars=b"-_", validate=True)


@lru_cache(maxsize=4)
def signing_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The P-256 key that belongs to a key file."""
    seed = HKDF(hashes.SHA256(), 48, salt=None, info=b"sapa web push").derive(secret)
    # 48 bytes: the remainder is as good as evenly spread over all keys (FIPS 186-5, A.2.1).
    return ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def public_key(secret: bytes) -> str:
    """What a browser is given as `applicationServerKey`."""
    return encode(_point(signing_key(secret).public_key()))


def sign(*, secret: bytes, endpoint: str, contact: str, now: datetime) -> str:
    """The `Authorization` header of a push to this endpoint; `contact` is a mailto: or https: address."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + _VALID).timestamp()),
        "sub": contact,
    }
    head = encode(json.dumps({"typ": "JWT", "alg": "ES256"}, separators=(",", ":")).encode())
    body = encode(json.dumps(claims, separators=(",", ":")).encode())
    r, s = decode_dss_signature(
        signing_key(secret).sign(f"{head}.{body}".encode("ascii"), ec.ECDSA(hashes.SHA256()))
    )
    signature = encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={head}.{body}.{signature}, k={public_key(secret)}"


def encrypt(content: bytes, *, p256dh: str, auth: str) -> bytes:
    """The body of a push, `aes128gcm` in one record. Raises ValueError for keys that are none, or too much content."""
    if len(content) > MOST_BYTES:
        raise ValueError(f"{len(content)} bytes do not fit into one push")
    theirs, secret = decode(p256dh), decode(auth)
    if len(secret) != 16:
        raise ValueError("the secret of a subscription has 16 bytes")
    return _encrypt(content, theirs, secret, ec.generate_private_key(ec.SECP256R1()), os.urandom(16))


def _encrypt(
    content: bytes, theirs: bytes, secret: bytes, own: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    mine = _point(own.public_key())
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    key = HKDF(hashes.SHA256(), 32, salt=secret, info=b"WebPush: info\0" + theirs + mine).derive(shared)
    content_key = HKDF(hashes.SHA256(), 16, salt=salt, info=b"Content-Encoding: aes128gcm\0").derive(key)
    nonce = HKDF(hashes.SHA256(), 12, salt=salt, info=b"Content-Encoding: nonce\0").derive(key)
    head = salt + _RECORD.to_bytes(4, "big") + bytes([len(mine)]) + mine
    return head + AESGCM(content_key).encrypt(nonce, content + b"\x02", None)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def check_keys(p256dh: str, auth: str) -> None:
    """Raises ValueError where these are no keys of a subscription."""
    encrypt(b"", p256dh=p256dh, auth=auth)
