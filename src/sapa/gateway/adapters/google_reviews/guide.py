"""What the settings page says before the reviews on Google are connected."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.gateway.connecting import Guide, SettingField

GUIDE = Guide(
    title="Ulasan Google",
    steps=(
        _("Pastikan toko sudah terverifikasi di Profil Bisnis Google."),
        _(
            "Buat proyek di Google Cloud, lalu ajukan akses ke Business Profile API. Sebelum disetujui, jatahnya 0."
        ),
        _(
            "Buat kredensial OAuth dengan izin business.manage, lalu setujui dengan akun pemilik toko untuk mendapat refresh token."
        ),
        _(
            "Isi kode-kodenya di sini. Sapa menjemput ulasan 10 menit sekali, dan balasan dari sini tampil di Google."
        ),
    ),
    takes=_("Sekitar dua minggu: Google memeriksa pengajuan akses"),
    proven=False,
    fields=(
        SettingField("client_id", _("Client ID")),
        SettingField("client_secret", _("Client secret"), is_secret=True),
        SettingField("refresh_token", _("Refresh token"), is_secret=True),
        SettingField(
            "location",
            _("Nama tempat"),
            _("Perlu diisi kalau akun ini punya lebih dari satu tempat."),
            is_required=False,
        ),
        SettingField(
            "push_topic",
            _("Topik Pub/Sub"),
            _("Boleh kosong. Bentuknya projects/…/topics/…."),
            is_required=False,
        ),
        SettingField(
            "push_account",
            _("Akun layanan pengirim Pub/Sub"),
            _("Boleh kosong. E-mail akun layanan yang menandatangani kirimannya."),
            is_required=False,
        ),
    ),
)
