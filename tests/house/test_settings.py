"""Settings for the internet are complete, and the version is said once."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

import sapa
from tests.conftest import ROOT


def _django(tmp_path: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("SAPA_", "DJANGO_"))}
    environment = {
        **ours,
        "SAPA_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "sapa.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "django", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_deployment_check_is_clean_behind_tls(tmp_path: Path) -> None:
    done = _django(
        tmp_path,
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        SAPA_HTTPS="1",
        SAPA_ALLOWED_HOSTS="sapa.tokosage.example",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_no_setting_turns_debugging_on() -> None:
    assert settings.DEBUG is False


def test_pages_are_told_to_run_no_inline_script(client: Client) -> None:
    policy = client.get("/tidak-ada/").headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_key_is_made_once_and_stays_outside_the_database(tmp_path: Path) -> None:
    show = ("shell", "--no-imports", "-c", "from django.conf import settings; print(settings.SECRET_KEY)")
    first, second = (_django(tmp_path, *show).stdout.strip() for _ in range(2))
    assert len(first) == 128
    assert first == second
    assert (tmp_path / "sapa.key").exists()
    assert first not in (tmp_path / "sapa.key").read_text(encoding="utf-8")


def test_the_version_is_said_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert f"## {sapa.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "README.md"])
def test_the_house_has_its_papers(name: str) -> None:
    assert (ROOT / name).stat().st_size > 500
