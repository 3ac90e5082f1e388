"""E-mail, for the contract: mails as they lie in a mailbox."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sapa.gateway.adapters.email import ADAPTER
from sapa.gateway.connecting import Account
from sapa.gateway.contract import RawItem
from tests.gateway.adapters.cases import AdapterCases

ACCOUNT = Account(
    7,
    "0198c0de-1111-7000-8000-000000000007",
    "email",
    "Toko Sage",
    "halo@tokosage.test",
    ZoneInfo("Asia/Jakarta"),
    "IDR",
    {
        "address": "halo@tokosage.test",
        "other_addresses": "pesanan@tokosage.test",
        "from_name": "Toko Sage",
        "password": "rahasia-toko",
        "imap_host": "127.0.0.1",
        "imap_port": "1",
        "imap_security": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": "1",
        "smtp_security": "none",
    },
)


def item(
    body: str = "Kak, sage L masih ada?", *, head: dict[str, object] | None = None, **headers: str
) -> RawItem:
    """A mail of Rina's to the shop; headers are named with underscores, an empty one is left out."""
    told = {
        "From": "Rina Wulandari <rina@pelanggan.test>",
        "To": "Toko Sage <halo@tokosage.test>",
        "Subject": "Tanya stok",
        "Message_ID": "<a1@pelanggan.test>",
        "Date": "Sat, 21 Nov 2026 13:10:00 +0700",
    } | headers
    lines = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in told.items() if value)
    return RawItem("INBOX:1:1", f"{lines}\n{body}\n".encode(), {"folder": "INBOX", "uid": 1, **(head or {})})


CASES = AdapterCases(
    adapter=ADAPTER,
    account=ACCOUNT,
    message=item(),
    unknown=item(From="", Date="", Message_ID=""),
    speaks_http=False,
)
