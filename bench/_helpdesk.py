"""django-helpdesk from PyPI in an environment of its own, in the platform's cache folder: made once, filled once for each size."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import platformdirs

from bench._inbox_load import Shot, free_port, pinned, shoot, wait_for

VERSION = "2.6.1"
FOLLOW_UPS = 3
"""Of each ticket. Fewer than the 20 messages of our conversations: the more there are, the slower its queue becomes."""

_PACKAGES = (f"django-helpdesk=={VERSION}", "Django==5.2.*", "granian==2.8.*")
_HOME = Path(platformdirs.user_cache_dir("sapa-bench", appauthor=False)) / "helpdesk"
_SITE = Path(__file__).with_name("_helpdesk_site.py")
_ROWS = re.compile(r'"(/datatables_ticket_list/[^"]+)"')
_KEPT_SECONDS = 10 * 86_400
_SHOWN = "draw=1&start=0&length=25&order%5B0%5D%5Bcolumn%5D=5&order%5B0%5D%5Bdir%5D=asc"


def _bin(name: str) -> str:
    return str(_HOME / ("Scripts" if os.name == "nt" else "bin") / name)


def set_up() -> None:
    """Its environment, if it is not there."""
    if Path(_bin("granian")).exists():
        return
    _HOME.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", str(_HOME)], check=True)
    subprocess.run([_bin("python"), "-m", "pip", "install", "-q", *_PACKAGES], check=True)


class Helpdesk:
    """One worker of it on the first core, with so many tickets, asked by a signed-in agent."""

    version, follow_ups = VERSION, FOLLOW_UPS

    def __init__(self, tickets: int) -> None:
        set_up()
        self.tickets = tickets
        self._home = _HOME.parent / f"tickets-{tickets}-{FOLLOW_UPS}"
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH")
        } | {"HELPDESK_HOME": str(self._home), "PYTHONPATH": str(_SITE.parent)}
        self.cookie = f"sessionid={self._fill()}"
        self.port = free_port()
        call = [
            _bin("granian"),
            "--interface",
            "wsgi",
            "--workers",
            "1",
            "--no-access-log",
            "--log-level",
            "error",
        ]
        self._server = subprocess.Popen(
            [*pinned(0), *call, "--port", str(self.port), f"{_SITE.stem}:application"],
            env=self._environment,
            cwd=_SITE.parent,
        )
        wait_for(self.port)
        self._paths = self._find_paths()

    def _fill(self) -> str:
        """The agent's session (of two weeks); tickets are laid where no run of the last ten days has laid them."""
        kept = self._home / "told.json"
        if not kept.exists() or time.time() - kept.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home.mkdir(parents=True)
            call = [_bin("python"), str(_SITE), str(self.tickets), str(FOLLOW_UPS)]
            done = subprocess.run(
                call, env=self._environment, cwd=_SITE.parent, check=True, stdout=subprocess.PIPE, text=True
            )
            kept.write_text(done.stdout.strip().splitlines()[-1], encoding="utf-8")
        return str(json.loads(kept.read_text(encoding="utf-8"))["cookie"])

    def _find_paths(self) -> dict[str, str]:
        """As a browser finds them: the shell names the address of its rows. RuntimeError where the rows are not there."""
        rows = _ROWS.search(self._get("/tickets/"))
        if rows is None:
            raise RuntimeError("django-helpdesk's queue does not name its rows")
        address = f"{rows[1]}?{_SHOWN}"
        told = json.loads(self._get(address))
        if len(told["data"]) != 25:
            raise RuntimeError("django-helpdesk's queue has no 25 rows")
        return {
            "hd_shell": "/tickets/",
            "hd_rows": address,
            "hd_ticket": f"/tickets/{told['data'][0]['id']}/",
        }

    def _get(self, path: str) -> str:
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Cookie": self.cookie})
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
            return str(answer.read().decode())

    def shots(self, seconds: int) -> dict[str, Shot]:
        """The shell of the queue, its rows, and one ticket. The rows take seconds each, so they are asked for longer."""
        return {
            name: shoot(
                self.port,
                path,
                self.cookie,
                max(seconds, 12) if name == "hd_rows" else seconds,
                pid=self._server.pid,
            )
            for name, path in self._paths.items()
        }

    def end(self) -> None:
        self._server.terminate()
        self._server.wait(timeout=30)
