from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sapa.lib.secrets import UnreadableSecretError, identity_fingerprint, load_key, open_sealed, seal


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / "key"
    key = load_key(path)
    assert load_key(path) == key
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"bukan kunci")
    with pytest.raises(UnreadableSecretError, match="not a key file"):
        load_key(path)


def test_what_was_sealed_opens_with_the_same_key_only(tmp_path: Path) -> None:
    key, other = load_key(tmp_path / "a"), load_key(tmp_path / "b")
    sealed = seal(key, "token Toko Sage – é")
    assert "Toko" not in sealed
    assert open_sealed(key, sealed) == "token Toko Sage – é"
    with pytest.raises(UnreadableSecretError):
        open_sealed(other, sealed)
    with pytest.raises(UnreadableSecretError):
        open_sealed(key, sealed[:-4] + "AAAA")


def test_a_fingerprint_depends_on_key_kind_and_value(tmp_path: Path) -> None:
    key, other = load_key(tmp_path / "a"), load_key(tmp_path / "b")
    mark = identity_fingerprint(key, "phone", "+6281234567890")
    assert mark == identity_fingerprint(key, "phone", "+6281234567890")
    different = {
        identity_fingerprint(other, "phone", "+6281234567890"),
        identity_fingerprint(key, "whatsapp", "+6281234567890"),
        identity_fingerprint(key, "phone", "+6281234567891"),
    }
    assert len(different | {mark}) == 4
