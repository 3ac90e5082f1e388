"""What the settings page says before Instagram is connected."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.gateway.connecting import Guide, SettingField

GUIDE = Guide(
    title=_("Instagram"),
    steps=(
        _("Pastikan akun Instagram toko adalah akun profesional: bisnis atau kreator."),
        _("Buat aplikasi jenis Bisnis di developers.facebook.com, lalu tambahkan Instagram."),
        _(
            "Hubungkan akun toko dan buat token. Pilih masuk lewat Instagram kalau toko tidak punya Halaman Facebook."
        ),
        _(
            "Ajukan tinjauan aplikasi untuk akses lanjutan, dengan rekaman layar. Verifikasi bisnis ikut diminta."
        ),
        _("Terbitkan aplikasinya. Sebelum terbit, Instagram tidak mengirim pesan apa pun."),
        _(
            "Di webhook aplikasi, isi alamat dan kata verifikasi dari Sapa. Pilih messages, message_reactions, messaging_seen, messaging_postbacks, messaging_referral, message_edit dan comments."
        ),
        _("Di HP, izinkan akses ke pesan: Pengaturan, Pesan dan balasan cerita, Alat terhubung."),
        _(
            "Pesan Instagram tidak berbiaya. Toko hanya bisa membalas, dan hanya sampai 24 jam setelah pesan terakhir."
        ),
    ),
    takes=_("Sekitar 1 jam untuk akun sendiri; 1 sampai 4 minggu sampai tinjauan aplikasi disetujui."),
    proven=False,
    fields=(
        SettingField(
            "login",
            _("Cara terhubung"),
            _("Foto dan berkas hanya bisa dikirim lewat Halaman Facebook."),
            default="instagram",
            choices=(("instagram", _("Masuk lewat Instagram")), ("facebook", _("Lewat Halaman Facebook"))),
        ),
        SettingField(
            "token",
            _("Token akses"),
            _("Token Instagram berlaku 60 hari; Sapa memperbaruinya sendiri."),
            is_secret=True,
        ),
        SettingField(
            "app_secret",
            _("Rahasia aplikasi"),
            _("Kalau masuk lewat Instagram, pakai rahasia aplikasi Instagram, bukan rahasia aplikasi Meta."),
            is_secret=True,
        ),
        SettingField(
            "page_id", _("ID Halaman Facebook"), _("Hanya untuk sambungan lewat Halaman."), is_required=False
        ),
        SettingField(
            "app_id",
            _("ID aplikasi"),
            _("Kalau diisi, Sapa memasang alamat webhook sendiri."),
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
