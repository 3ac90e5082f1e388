"""Run a piece of a bench in a process of its own, with a data folder and a database of its own."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from typing import Any


def run_apart(place: str, **arguments: Any) -> dict[str, Any]:
    """Call `module:function` with these arguments in a fresh process; its result must be JSON.

    Adds `peak_mb`, the process's largest resident memory, where the system tells it.
    """
    with tempfile.TemporaryDirectory(prefix="sapa-bench-", ignore_cleanup_errors=True) as home:
        env = {**os.environ, "SAPA_HOME": home, "DJANGO_SETTINGS_MODULE": "sapa.config.settings"}
        env.pop("SAPA_DATABASE_URL", None)
        done = subprocess.run(
            [sys.executable, "-m", "bench._apart", place, json.dumps(arguments)],
            env=env,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def main() -> None:
    place, arguments = sys.argv[1], json.loads(sys.argv[2])
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    module, _, name = place.partition(":")
    result = getattr(importlib.import_module(module), name)(**arguments)
    print(json.dumps({**result, "peak_mb": _peak_mb()}))


def _peak_mb() -> float | None:
    try:
        import resource
    except ImportError:
        return None
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    main()
