"""What the settings page says before TikTok is connected."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.gateway.connecting import Guide, SettingField

GUIDE = Guide(
    title="TikTok",
    steps=(
        _(
            "Ubah akun TikTok toko menjadi akun bisnis, lalu izinkan pesan dari semua orang di pengaturan privasinya."
        ),
        _("Daftar di TikTok for Business Developers, lalu ajukan aplikasi dengan izin Business Messaging."),
        _("Setelah disetujui, hubungkan akun toko ke aplikasi itu dan salin refresh token-nya."),
        _(
            "Untuk formulir iklan, isi juga ID pengiklan dan ID halamannya. File CSV dari TikTok tetap bisa diimpor."
        ),
        _("Pelanggan menulis lebih dulu. Toko bisa membalas 48 jam, paling banyak 10 pesan."),
    ),
    takes=_("Beberapa minggu: TikTok memeriksa pengajuan aplikasi"),
    proven=False,
    fields=(
        SettingField("client_id", _("ID aplikasi")),
        SettingField("client_secret", _("Rahasia aplikasi"), is_secret=True),
        SettingField("refresh_token", _("Refresh token"), is_secret=True),
        SettingField(
            "business_id",
            _("ID akun bisnis"),
            _("Kosongkan kalau belum tahu; TikTok menyebutkannya."),
            is_required=False,
        ),
        SettingField("lead_advertiser_id", _("ID pengiklan (untuk formulir iklan)"), is_required=False),
        SettingField("lead_page_id", _("ID halaman formulir"), is_required=False),
    ),
)
