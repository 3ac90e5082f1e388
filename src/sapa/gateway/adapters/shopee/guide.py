"""What the settings page says before Shopee is connected."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.gateway.connecting import Guide, SettingField

GUIDE = Guide(
    title="Shopee",
    steps=(
        _("Daftar di Shopee Open Platform, lalu buat aplikasi untuk toko sendiri dan tunggu persetujuannya."),
        _("Hubungkan toko ke aplikasi itu, lalu salin ID toko dan refresh token-nya."),
        _(
            "Setelah tersambung, pasang alamat dari halaman ini sebagai alamat push di konsol Shopee, persis sama hurufnya."
        ),
        _(
            "Membalas chat butuh izin khusus dari Shopee. Tanpa izin itu, pesanan tetap masuk dan file Excel tetap bisa diimpor."
        ),
    ),
    takes=_("Beberapa minggu: Shopee memeriksa aplikasinya"),
    proven=False,
    fields=(
        SettingField("partner_id", _("ID mitra")),
        SettingField("partner_key", _("Kunci mitra"), is_secret=True),
        SettingField("shop_id", _("ID toko")),
        SettingField("refresh_token", _("Refresh token"), is_secret=True),
    ),
)
