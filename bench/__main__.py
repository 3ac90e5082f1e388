"""`python -m bench [NAME…] [--quick]`: each module here that has `run(quick)` is a bench by its file's name."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import traceback
from collections.abc import Callable
from typing import Any

import bench

Run = Callable[[bool], dict[str, Any]]


def names() -> list[str]:
    """All benches, in alphabetical order: modules that only help others begin with an underscore."""
    return sorted(
        module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_")
    )


def load(name: str) -> Run:
    """The bench's `run`. Raises `AttributeError` where the module has none."""
    run: Run = importlib.import_module(f"bench.{name}").run
    return run


def main(arguments: list[str] | None = None) -> int:
    """Run the benches asked for; the last line of each is its JSON. 1 where one failed or does not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="which benches (default: all)")
    parser.add_argument("--quick", action="store_true", help="a smaller run, under a minute each")
    told = parser.parse_args(arguments)
    known = names()
    unknown = [name for name in told.names if name not in known]
    if unknown:
        parser.error(f"no such bench: {', '.join(unknown)} (there are: {', '.join(known)})")
    held = True
    for name in told.names or known:
        print(f"# {name}{' (quick)' if told.quick else ''}", file=sys.stderr, flush=True)
        try:
            result = load(name)(told.quick)
        except Exception as error:  # noqa: BLE001 - one broken bench must not hide the others
            traceback.print_exc()
            result = {
                "name": name,
                "value": None,
                "holds": False,
                "error": f"{type(error).__name__}: {error}",
            }
        print(json.dumps(result, ensure_ascii=False), flush=True)
        held = held and bool(result.get("holds"))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
