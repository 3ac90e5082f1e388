"""Runs a command beside a PostgreSQL server of its own: `python tools/with_postgres.py pytest tests/flows`.

The server's data lie in a temporary folder; it listens on a socket there and is stopped at the end. The command
finds it in SAPA_TEST_DATABASE_URL. Takes the newest Debian package, else what PATH has. PostgreSQL does not
run as root, so root starts it as the user postgres or nobody.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

START_SECONDS = 30


def main(command: list[str]) -> int:
    if not command:
        sys.stderr.write("Say which command to run beside the server.\n")
        return 2
    binaries = _binaries()
    if binaries is None:
        sys.stderr.write("PostgreSQL is not installed here (Debian: apt-get install postgresql).\n")
        return 1
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="sapa-postgres-"))
    if user is not None:
        shutil.chown(folder, user)
    try:
        return _run_beside(binaries, folder, user, command)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path | None:
    packaged = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True
    )
    found = packaged[0] if packaged else shutil.which("initdb")
    return Path(found).parent if found else None


def _user() -> str | None:
    """Who runs the server: this user, or for root somebody with fewer rights."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd

    return next(
        (name for name in ("postgres", "nobody") if any(one.pw_name == name for one in pwd.getpwall())), None
    )


def _run_beside(binaries: Path, folder: Path, user: str | None, command: list[str]) -> int:
    data = folder / "data"
    subprocess.run(
        [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "sapa",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ],
        check=True,
        user=user,
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": folder,
        "fsync": "off",
        "synchronous_commit": "off",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = (folder / "log").open("wb")
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, *options], user=user, cwd=folder, stderr=log, stdout=log
    )
    try:
        _wait(binaries, folder, server)
        url = f"postgres://sapa@{quote(str(folder), safe='')}/postgres"
        return subprocess.run(
            command, env={**os.environ, "SAPA_TEST_DATABASE_URL": url}, check=False
        ).returncode
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _wait(binaries: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        asked = [binaries / "pg_isready", "-q", "-h", folder, "-U", "sapa", "-d", "postgres"]
        if subprocess.run(asked, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError((folder / "log").read_text(encoding="utf-8", errors="replace"))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
