"""What the settings page says before LINE is connected."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.gateway.connecting import Guide, SettingField

GUIDE = Guide(
    title="LINE",
    steps=(
        _("Buat akun resmi di LINE Official Account Manager, lalu aktifkan Messaging API di Pengaturan."),
        _("Buka LINE Developers Console. Salin Channel secret dari tab Basic settings."),
        _("Di tab Messaging API, terbitkan Channel access token (long-lived), lalu salin."),
        _(
            "Tempel keduanya di sini. Sapa mencobanya dan memasang alamatnya sendiri; nyalakan Use webhook di Console."
        ),
        _("Matikan balasan otomatis bawaan LINE, supaya pelanggan tidak dijawab dua kali."),
        _("Jawaban dari sini memakai jatah pesan bulanan paket LINE Anda. Pesan yang masuk tetap gratis."),
    ),
    takes=_("Beberapa menit"),
    proven=False,
    fields=(
        SettingField("channel_secret", _("Channel secret"), is_secret=True),
        SettingField("access_token", _("Channel access token"), is_secret=True),
    ),
)
