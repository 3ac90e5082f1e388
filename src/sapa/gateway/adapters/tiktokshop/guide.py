"""What the settings page says before TikTok Shop and Tokopedia are connected."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.gateway.connecting import Guide, SettingField

GUIDE = Guide(
    title="TikTok Shop & Tokopedia",
    steps=(
        _(
            "Daftar di TikTok Shop Partner Center, lalu buat aplikasi untuk toko sendiri. Tokopedia memakai aplikasi yang sama."
        ),
        _("Setelah disetujui, hubungkan toko ke aplikasi itu dan salin refresh token-nya."),
        _("Pasang alamat dari halaman ini sebagai alamat webhook di Partner Center."),
        _(
            "Membalas chat butuh izin Customer Service yang diajukan terpisah. Tanpa izin itu, pesanan tetap masuk."
        ),
    ),
    takes=_("Beberapa minggu: TikTok memeriksa aplikasinya"),
    proven=False,
    fields=(
        SettingField("app_key", _("App key")),
        SettingField("app_secret", _("App secret"), is_secret=True),
        SettingField(
            "service_id",
            _("Service ID"),
            _("Hanya untuk menyambungkan dengan masuk di TikTok; ada di Partner Center."),
            is_required=False,
        ),
        SettingField("refresh_token", _("Refresh token"), is_secret=True),
        SettingField(
            "shop_id",
            _("Nama atau ID toko"),
            _("Perlu diisi kalau akun ini punya lebih dari satu toko."),
            is_required=False,
        ),
    ),
)
