"""The server that the intake benches drive, a process of its own: `python -m bench._intake_server PORT SECRET`.

One uvicorn, as `sapa serve` starts it, answers three things: `/bare` an empty 200, `/hooks/<channel>/` the intake, and `/orm`
a Django view with one ORM insert at the same durability. Prints the channel's public id once it is ready to listen.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, cast

SHOP = "Toko Besar"


def main(port: int, secret: str) -> None:
    import django

    django.setup()
    import uvicorn
    from django.conf import settings
    from django.core.management import call_command

    from sapa.config.serving import AS_SERVED

    call_command("migrate", verbosity=0)
    settings.ROOT_URLCONF, settings.MIDDLEWARE = "bench._intake_rival", []
    print(_connect(secret), flush=True)
    uvicorn.run(_front(), port=port, **AS_SERVED)


def _connect(secret: str) -> str:
    from sapa.accounts.operations import make_business
    from sapa.channels.operations import connect_channel
    from sapa.lib import clock

    now = clock.now()
    shop = make_business(name=SHOP, owner_email="tuti@toko.example", now=now)
    given = {"app_secret": secret, "token": "x", "verify_token": "x"}
    channel = connect_channel(
        business=shop, kind="whatsapp", name="", account="1", settings=given, by=None, now=now
    )
    from bench import _intake_rival

    _intake_rival.KNOWN.update(secret=secret.encode(), business_id=shop.pk, channel_id=channel.pk)
    return str(channel.public_id)


def _front() -> Any:
    from a2wsgi import WSGIMiddleware
    from django.core.handlers.wsgi import WSGIHandler

    from sapa.config.asgi import application

    # After the import, which sets logging up anew: bodies that the end of a round broke off.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    pages: Any = WSGIMiddleware(cast(Any, WSGIHandler()), workers=4)
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
    end = {"type": "http.response.body", "body": b""}

    async def front(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
        elif scope["path"] == "/bare":
            await receive()
            await send(start)
            await send(end)
        elif scope["path"] == "/orm":
            await pages(scope, receive, send)
        else:
            await application(scope, receive, send)

    return front


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sapa.config.settings")
    main(int(sys.argv[1]), sys.argv[2])
