"""Sealed settings and keyed fingerprints; the key lies in a file outside database and backup."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from filelock import FileLock


class UnreadableSecretError(Exception):
    """What was sealed cannot be opened with this key, or the key file holds no key."""


def load_key(path: Path) -> bytes:
    """The key in the file `path`; made on first use, readable by its owner only where the system knows owners.

    The form is Fernet's: 32 bytes in URL-safe base64. Raises `UnreadableSecretError` where the file holds something else.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock"):
            if not path.exists():
                _write_private(path, Fernet.generate_key())
    key = path.read_bytes().strip()
    try:
        Fernet(key)
    except ValueError as error:
        raise UnreadableSecretError(
            f"{path} is not a key file; put the saved key file back in its place."
        ) from error
    return key


def _write_private(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def seal(key: bytes, text: str) -> str:
    """`text`, encrypted and signed (Fernet)."""
    return Fernet(key).encrypt(text.encode()).decode("ascii")


def open_sealed(key: bytes, sealed: str) -> str:
    """The text that `seal` was given. Raises `UnreadableSecretError` for another key or an altered value."""
    try:
        return Fernet(key).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecretError("This was sealed with another key; enter the setting again.") from error


def identity_fingerprint(key: bytes, kind: str, value: str) -> str:
    """An HMAC-SHA256 of an identity key as 64 hex digits: recognises a forgotten key without keeping it.

    Uses a key of its own derived from `key`, so that a fingerprint tells nothing about what is sealed.
    """
    own = hmac.digest(base64.urlsafe_b64decode(key), b"sapa identity fingerprint", hashlib.sha256)
    return hmac.new(own, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()
