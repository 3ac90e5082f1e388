"""What the settings page says before a site is connected."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.gateway.connecting import Guide, SettingField

GUIDE = Guide(
    title=_("Situs sendiri: obrolan, formulir, dan halaman yang dilihat"),
    steps=(
        _("Tulis alamat situs Anda. Hanya halaman di alamat itu yang boleh memakai obrolan ini."),
        _("Salin satu baris dari Pratinjau ke halaman situs, tepat sebelum </body>."),
        _("Buka situs Anda, tulis pesan di obrolan, lalu lihat pesannya di Kotak Masuk."),
    ),
    takes=_("Lima menit, tanpa akun pada pihak lain."),
    proven=True,
    fields=(
        SettingField(
            "origins",
            _("Alamat situs"),
            _("Misalnya https://tokosage.example. Beberapa alamat: pisahkan dengan spasi."),
        ),
        SettingField(
            "whatsapp",
            _("Nomor WhatsApp toko"),
            _("Untuk tautan “Lanjut di WA?”. Kosongkan bila tidak perlu."),
            is_required=False,
        ),
        SettingField(
            "greeting",
            _("Sapaan pertama"),
            _("Dibaca pengunjung saat obrolan dibuka."),
            is_required=False,
        ),
        SettingField(
            "track",
            _("Catat halaman yang dilihat"),
            _("“Setelah setuju” menunggu izin pengunjung (UU Pelindungan Data Pribadi)."),
            is_required=False,
            default="ask",
            choices=(
                ("ask", _("Setelah pengunjung setuju")),
                ("always", _("Selalu, kecuali peramban meminta tidak")),
                ("never", _("Tidak")),
            ),
        ),
        SettingField(
            "consent_text",
            _("Kalimat persetujuan di formulir"),
            _("Misalnya: Saya mau menerima kabar promo lewat WhatsApp."),
            is_required=False,
        ),
    ),
)
