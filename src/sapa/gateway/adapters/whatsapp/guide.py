"""What the settings page says before WhatsApp is connected."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sapa.gateway.connecting import Guide, SettingField

GUIDE = Guide(
    title=_("WhatsApp Business (Cloud API)"),
    steps=(
        _(
            "Buat portofolio bisnis di business.facebook.com, lalu buat aplikasi jenis Bisnis di developers.facebook.com."
        ),
        _(
            "Tambahkan WhatsApp pada aplikasi itu. Nomor yang sudah dipakai di WhatsApp Business di HP bisa tetap dipakai di HP."
        ),
        _(
            "Isi cara bayar di Pengelola WhatsApp. Sejak 1 Oktober 2026 tiap balasan berbayar; 1.000 yang pertama tiap bulan gratis."
        ),
        _(
            "Ajukan nama tampilan. Verifikasi bisnis perlu kalau toko ingin menyapa lebih dari 250 orang sehari lebih dulu."
        ),
        _(
            "Buat pengguna sistem di Pengaturan Bisnis, lalu buat token tanpa batas waktu dengan izin whatsapp_business_messaging dan whatsapp_business_management."
        ),
        _(
            "Pilih isian webhook di aplikasi: messages, smb_message_echoes, history, smb_app_state_sync, user_preferences, message_template_status_update, account_update."
        ),
        _("Salin token, rahasia aplikasi, ID nomor dan ID akun WhatsApp Business ke sini."),
    ),
    takes=_(
        "Sekitar 1 jam untuk nomor percobaan; 2 sampai 10 hari kerja sampai nama tampilan dan verifikasi bisnis disetujui."
    ),
    proven=False,
    fields=(
        SettingField(
            "token", _("Token pengguna sistem"), _("Dari Pengaturan Bisnis, Pengguna sistem."), is_secret=True
        ),
        SettingField(
            "app_secret", _("Rahasia aplikasi"), _("Dari Pengaturan Aplikasi, Dasar."), is_secret=True
        ),
        SettingField("phone_number_id", _("ID nomor telepon"), _("Angka panjang, bukan nomornya sendiri.")),
        SettingField("waba_id", _("ID akun WhatsApp Business"), _("Angka panjang di Pengelola WhatsApp.")),
        SettingField(
            "app_id",
            _("ID aplikasi"),
            _("Hanya untuk menyambungkan dengan masuk di Facebook."),
            is_required=False,
        ),
        SettingField(
            "config_id",
            _("ID konfigurasi pendaftaran tersemat"),
            _("Dari Facebook Login for Business, hanya untuk menyambungkan dengan masuk di Facebook."),
            is_required=False,
        ),
        SettingField(
            "coexistence",
            _("Nomor ini tetap dipakai di HP"),
            _("Pesan dari HP ikut masuk, dan kiriman paling cepat 20 tiap detik."),
            is_required=False,
            default="no",
            choices=(("no", _("Tidak")), ("yes", _("Ya"))),
        ),
        SettingField(
            "user_id_field",
            _("Cara menyebut orang tanpa nomor"),
            _("Ubah hanya kalau WhatsApp menolak kiriman ke orang yang nomornya tersembunyi."),
            is_required=False,
            default="recipient",
            choices=(("recipient", "recipient"), ("to", "to")),
        ),
    ),
)
