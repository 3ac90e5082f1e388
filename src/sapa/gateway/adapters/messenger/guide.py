"""What the settings page says before Messenger is connected."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.gateway.connecting import Guide, SettingField

GUIDE = Guide(
    title=_("Facebook Messenger"),
    steps=(
        _("Siapkan Halaman Facebook toko dan akun yang mengelolanya."),
        _("Buat aplikasi jenis Bisnis di developers.facebook.com, lalu tambahkan Messenger."),
        _("Buat token Halaman dari pengguna sistem, dengan izin pages_messaging dan pages_manage_metadata."),
        _("Ajukan tinjauan aplikasi untuk akses lanjutan. Verifikasi bisnis ikut diminta."),
        _(
            "Di webhook aplikasi, isi alamat dan kata verifikasi dari Sapa. Isian untuk Halaman dipasang Sapa sendiri."
        ),
        _(
            "Pesan Messenger tidak berbiaya. Toko hanya bisa membalas, dan hanya sampai 24 jam setelah pesan terakhir."
        ),
    ),
    takes=_("Sekitar 1 jam untuk Halaman sendiri; 1 sampai 4 minggu sampai tinjauan aplikasi disetujui."),
    proven=False,
    fields=(
        SettingField(
            "token", _("Token Halaman"), _("Dari Messenger, Pengaturan API di aplikasi."), is_secret=True
        ),
        SettingField(
            "app_secret", _("Rahasia aplikasi"), _("Dari Pengaturan Aplikasi, Dasar."), is_secret=True
        ),
        SettingField(
            "app_id",
            _("ID aplikasi"),
            _("Kalau diisi, Sapa memasang alamat webhook sendiri."),
            is_required=False,
        ),
        SettingField(
            "page_id",
            _("ID Halaman Facebook"),
            _("Perlu diisi kalau masuk di Facebook dengan lebih dari satu Halaman."),
            is_required=False,
        ),
        SettingField(
            "human_agent",
            _("Aplikasi punya izin Human Agent"),
            _("Orang, bukan mesin, boleh membalas sampai 7 hari."),
            is_required=False,
            default="no",
            choices=(("no", _("Tidak")), ("yes", _("Ya"))),
        ),
    ),
)
