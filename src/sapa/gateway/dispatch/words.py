"""Why a message was not sent, as sentences: what happened, and what to do."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django.utils.translation import gettext as _

from sapa.gateway.contract import Failure
from sapa.gateway.dispatch.types import Refusal


def say_refusal(refusal: Refusal, zone: tzinfo) -> str:
    """The sentence of a refusal, times in the shop's zone."""
    code, detail = refusal.code, refusal.detail
    if code is Failure.WINDOW_CLOSED:
        return _say_window(refusal, zone)
    if code is Failure.TOO_LARGE and detail == "text":
        return _("Pesannya terlalu panjang. Saluran ini menerima paling banyak %(limit)d huruf.") % {
            "limit": refusal.limit or 0
        }
    if code is Failure.TOO_LARGE and refusal.limit:
        return _("Berkasnya terlalu besar. Saluran ini menerima paling banyak %(limit)d MB.") % {
            "limit": refusal.limit // (1024 * 1024)
        }
    if code is Failure.REFUSED_CONTENT and detail:
        return _say_content(detail)
    if code is Failure.NO_CONSENT and detail == "promotion":
        return _("Pelanggan ini tidak mau menerima promosi. Balas saja bila ia yang bertanya.")
    if code is Failure.TOO_OFTEN:
        return _("Pelanggan ini sudah menerima %(limit)d promosi dalam tujuh hari terakhir. Tunggu dulu.") % {
            "limit": refusal.limit or 0
        }
    if code is Failure.QUIET_HOURS and refusal.at:
        return _("Sekarang jam tenang. Jadwalkan pesan ini untuk pukul %(at)s.") % {
            "at": _clock(refusal.at, zone)
        }
    return say_failure(code)


def _say_content(detail: str) -> str:
    """Which file a channel does not take: `detail` is its kind, `types:…` with those that it takes, or `address`."""
    if detail == "address":
        return _(
            "Saluran ini mengambil berkas dari alamat Sapa, dan alamat itu belum https. Kirim sebagai teks, atau pasang https dulu."
        )
    if detail.startswith("types:"):
        names = [one.rpartition("/")[2].upper() for one in detail.removeprefix("types:").split(",")]
        return _("Saluran ini hanya menerima %(types)s. Ubah dulu jenis berkasnya, lalu kirim lagi.") % {
            "types": ", ".join(names)
        }
    kinds = {"document": _("dokumen"), "audio": _("suara"), "video": _("video"), "image": _("gambar")}
    if detail not in kinds:
        return say_failure(Failure.REFUSED_CONTENT)
    return _("Saluran ini tidak menerima %(kind)s. Tulis saja, atau kirim lewat saluran lain.") % {
        "kind": kinds[detail]
    }


def _say_window(refusal: Refusal, zone: tzinfo) -> str:
    if refusal.detail == "count":
        return _(
            "Sudah %(limit)d pesan sejak pelanggan terakhir menulis, sebanyak yang diizinkan saluran ini. Tunggu balasannya."
        ) % {"limit": refusal.limit or 0}
    if refusal.detail == "never":
        return _("Pelanggan ini belum pernah menulis di saluran ini. Ia yang harus mulai.")
    if refusal.at is None:
        return _("Saluran ini hanya bisa dipakai setelah pelanggan menulis. Tunggu pesannya.")
    return _("Waktu membalas sudah lewat sejak %(at)s. Tunggu pelanggan menulis lagi.") % {
        "at": f"{refusal.at.astimezone(zone):%d/%m %H.%M}"
    }


def _clock(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%H.%M}"


def say_failure(code: str) -> str:
    """The sentence of a code of `Failure`; an unknown code is told as such."""
    sentences = {
        Failure.WINDOW_CLOSED: _("Waktu membalas di saluran ini sudah lewat. Tunggu pelanggan menulis lagi."),
        Failure.NO_CONSENT: _("Pelanggan ini minta tidak dikirimi pesan lagi. Tunggu ia yang menulis."),
        Failure.BLOCKED: _("Pelanggan ini memblokir akun toko. Hubungi lewat saluran lain."),
        Failure.NO_SUCH_RECIPIENT: _("Alamat ini tidak ada lagi di saluran itu. Hubungi lewat saluran lain."),
        Failure.TOO_MANY: _("Saluran ini sedang membatasi kiriman. Sapa mencoba lagi sebentar lagi."),
        Failure.TOO_LARGE: _("Berkas atau pesannya terlalu besar untuk saluran ini. Kirim yang lebih kecil."),
        Failure.REFUSED_CONTENT: _("Saluran ini tidak menerima isi seperti ini. Kirim sebagai teks saja."),
        Failure.TEMPLATE_UNFIT: _("Templat ini belum disetujui atau isiannya belum lengkap. Periksa lagi."),
        Failure.QUOTA_USED_UP: _("Jatah kirim saluran ini habis. Tambah jatahnya, lalu kirim ulang."),
        Failure.PAYMENT_MISSING: _("Tagihan saluran ini belum dibayar. Lunasi dulu, lalu kirim ulang."),
        Failure.TOKEN_DEAD: _("Sambungan ke saluran ini terputus. Sambungkan lagi di Pengaturan."),
        Failure.PROVIDER_DOWN: _("Penyedia saluran ini sedang terganggu. Coba kirim ulang nanti."),
        Failure.UNREACHABLE: _(
            "Internet tidak sampai ke penyedia saluran. Periksa sambungan, lalu kirim ulang."
        ),
        Failure.QUIET_HOURS: _("Sekarang jam tenang. Jadwalkan pesan ini untuk pagi."),
        Failure.TOO_OFTEN: _("Pelanggan ini baru saja menerima promosi. Tunggu dulu."),
        Failure.COST_LIMIT: _("Batas biaya bulan ini tercapai. Pemilik bisa mengubahnya di Pengaturan."),
        Failure.CHANNEL_BROKEN: _("Saluran ini sedang terputus. Pesan menunggu sampai tersambung lagi."),
        Failure.IMPORT_ONLY: _(
            "Saluran ini hanya berisi riwayat. Balas di aplikasinya, atau sambungkan dulu."
        ),
        Failure.EMPTY: _("Pesannya masih kosong. Tulis sesuatu atau pilih berkas."),
        Failure.STALE: _(
            "Pesan ini tertahan lebih dari sehari. Baca lagi, lalu kirim ulang bila masih perlu."
        ),
        Failure.HELD: _(
            "Ditahan karena pesan sebelumnya belum sampai. Urus dulu yang itu, atau kirim yang ini saja."
        ),
    }
    try:
        known = Failure(code)
    except ValueError:
        known = Failure.UNKNOWN
    unknown = _("Penyedia menolak pesan ini tanpa alasan yang kami kenal. Coba kirim ulang.")
    return sentences.get(known, unknown)
