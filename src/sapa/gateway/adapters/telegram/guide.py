"""What the settings page says before Telegram is connected."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.gateway.connecting import Guide, SettingField

GUIDE = Guide(
    title="Telegram",
    steps=(
        _(
            "Buka @BotFather di Telegram, kirim /newbot, lalu pilih nama tokonya. BotFather memberi sebuah token."
        ),
        _("Tempel token itu di sini. Sapa mencobanya dan memasang alamatnya sendiri."),
        _(
            "Agar chat di akun Telegram toko ikut masuk: buka Pengaturan → Bisnis → Chatbot di ponsel, lalu pilih bot ini."
        ),
        _(
            "Agar bot membaca semua chat di grup: kirim /setprivacy ke @BotFather, pilih bot ini, lalu Disable."
        ),
    ),
    takes=_("Beberapa menit"),
    proven=False,
    fields=(
        SettingField(
            "token",
            _("Token bot"),
            _(
                "Bentuknya angka, titik dua, lalu huruf: 123456:ABC… Siapa pun yang memilikinya bisa menulis sebagai toko."
            ),
            is_secret=True,
        ),
        SettingField(
            "mode",
            _("Cara menerima chat"),
            _("Laptop tanpa alamat https menjemput chat sendiri. Tidak ada yang perlu dibuka di internet."),
            is_required=False,
            default="webhook",
            choices=(
                ("webhook", _("Telegram mengirim ke alamat https toko ini")),
                ("poll", _("Sapa menjemput beberapa detik sekali")),
            ),
        ),
    ),
)
