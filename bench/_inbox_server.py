"""What `sapa serve` serves, without its worker, so that the first core is the pages' alone: `python -m bench._inbox_server PORT`."""

from __future__ import annotations

import os
import sys


def main(port: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sapa.config.settings")
    import django

    django.setup()
    import uvicorn

    from sapa.config.serving import collect_static

    collect_static()
    uvicorn.run(
        "sapa.config.asgi:application", port=port, log_config=None, access_log=False, server_header=False
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
