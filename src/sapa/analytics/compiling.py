"""`python -m sapa.analytics.compiling MODULE…`: compiles the questions of these modules onto their file, and ends."""

from __future__ import annotations

import sys
from importlib import import_module

import django


def main(modules: list[str]) -> None:
    django.setup()
    from sapa.analytics.questions import prepare

    for module in modules:
        import_module(module)
    prepare()


if __name__ == "__main__":
    main(sys.argv[1:])
