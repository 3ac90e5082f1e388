"""The audit trail in sentences: codes are stored, words are chosen when shown."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sapa.accounts.models import AuditEntry
from sapa.web.trail_figures import about_figures


def tell_entry(entry: AuditEntry) -> str:
    """What an entry tells, without who and when."""
    known = (
        _about_people() | _about_talk() | _about_work() | _about_shop() | _about_channels() | about_figures()
    )
    told = known.get((entry.object_kind, entry.verb))
    return told or f"{entry.object_kind}: {entry.verb}"


def _about_people() -> dict[tuple[str, str], str]:
    return {
        ("link", "contacts.merged"): _("menggabungkan dua pelanggan"),
        ("link", "contacts.unmerged"): _("memisahkan lagi dua pelanggan"),
        ("apart", "contacts.kept_apart"): _("mencatat dua orang yang berbeda"),
        ("apart", "contacts.lifted_apart"): _("menghapus catatan dua orang yang berbeda"),
        ("statement", "contact.stated"): _("mengubah lembar pelanggan"),
        ("statement", "contact.unstated"): _("mengurungkan perubahan lembar pelanggan"),
        ("identity", "identity.shared"): _("menandai nomor yang dipakai bersama"),
        ("identity", "identity.not_shared"): _("menghapus tanda nomor bersama"),
        ("contact", "contacts.joined"): _("nomor atau akun yang sama menyatukan dua pelanggan"),
        ("origin", "origin.stated"): _("mencatat dari mana pelanggan tahu toko ini"),
        ("origin", "origin.taken_back"): _("menghapus catatan asal pelanggan"),
        ("note", "note.written"): _("menulis catatan"),
        ("note", "note.taken_back"): _("menghapus catatan"),
        ("row", "written_down"): _("menulis satu pelanggan"),
        ("row", "unwritten"): _("menghapus pelanggan yang ditulis"),
    }


def _about_talk() -> dict[tuple[str, str], str]:
    return {
        ("conversation", "conversation.assigned"): _("menyerahkan percakapan"),
        ("conversation", "conversation.closed"): _("menyelesaikan percakapan"),
        ("conversation", "conversation.reopened"): _("membuka lagi percakapan"),
        ("conversation", "conversation.settled"): _("menandai percakapan tidak perlu dibalas"),
        ("conversation", "conversation.snoozed"): _("menunda percakapan"),
        ("conversation", "conversation.unsnoozed"): _("mengembalikan percakapan yang ditunda"),
        ("conversation", "conversation.merged"): _("menggabungkan percakapan"),
        ("conversation", "conversation.split"): _("memecah percakapan"),
        ("conversation", "conversation.joined"): _("menyatukan percakapan yang kata penyedia satu orang"),
        ("conversation", "conversation.parted"): _("memisahkan lagi percakapan yang disatukan penyedia"),
        ("conversation", "conversation.unsplit"): _("menyatukan lagi percakapan yang dipecah"),
        ("conversation", "conversation.labelled"): _("memberi label pada percakapan"),
        ("conversation", "conversation.unlabelled"): _("melepas label dari percakapan"),
        ("conversation", "conversation.put_back"): _("mengurungkan perubahan percakapan"),
        ("remark", "remark.written"): _("menulis catatan tim"),
        ("remark", "remark.taken_back"): _("menghapus catatan tim"),
        ("answer", "answer.written"): _("menulis balasan siap"),
        ("answer", "answer.changed"): _("mengubah balasan siap"),
        ("answer", "answer.removed"): _("menghapus balasan siap"),
        ("answer", "answer.put_back"): _("mengurungkan perubahan balasan siap"),
    }


def _about_work() -> dict[tuple[str, str], str]:
    return {
        ("decision", "decided"): _("memutuskan satu tindakan"),
        ("decision", "undid_decision"): _("mengurungkan keputusan tindakan"),
        ("mark", "conversation.marked"): _("menandai percakapan sudah dibalas atau tidak perlu dibalas"),
        ("mark", "conversation.unmarked"): _("menghapus tanda percakapan"),
        ("conversation", "conversation.marked_unread"): _("menandai percakapan belum dibaca"),
        ("conversation", "conversation.marked_read"): _("menandai percakapan sudah dibaca"),
        ("view", "view.saved"): _("menyimpan tampilan Kotak Masuk"),
        ("view", "view.moved"): _("mengubah urutan tampilan Kotak Masuk"),
        ("view", "view.dropped"): _("menghapus tampilan Kotak Masuk"),
        ("view", "view.put_back"): _("mengurungkan perubahan tampilan Kotak Masuk"),
        ("correction", "reading.corrected"): _("memperbaiki topik pesan"),
        ("promise_statement", "promise.stated"): _("mencatat nasib satu janji"),
        ("batch", "import.undone"): _("mengurungkan satu impor"),
        ("batch", "undone"): _("mengurungkan satu impor"),
        ("marker", "marked"): _("menandai hari perubahan"),
        ("marker", "unmarked"): _("menghapus tanda hari"),
        ("road", "believed"): _("mengubah perkiraan jalan pembeli"),
        ("target", "set"): _("mengubah target metrik"),
    }


def _about_shop() -> dict[tuple[str, str], str]:
    return {
        ("business", "made"): _("membuat toko ini"),
        ("business", "changed"): _("mengubah pengaturan toko"),
        ("business", "set_hours"): _("mengubah jam kerja"),
        ("teammate", "added"): _("menambah anggota tim"),
        ("teammate", "changed_role"): _("mengubah peran anggota tim"),
        ("teammate", "removed"): _("mengeluarkan anggota tim"),
        ("teammate", "set_duty"): _("mengubah siapa yang bertugas"),
        ("team", "team.saved"): _("menyimpan kelompok tim"),
        ("team", "team.removed"): _("menghapus kelompok tim"),
        ("team", "team.put_back"): _("mengurungkan perubahan kelompok tim"),
        ("channel", "set_service"): _("mengubah target balas satu saluran"),
        ("moment", "moment.written"): _("menulis momen dan risikonya"),
        ("moment", "moment.put_back"): _("mengurungkan perubahan momen"),
        ("moment", "moment.made"): _("membuat momen"),
        ("moment", "moment.removed"): _("membuang momen"),
        ("moment", "canvas.written"): _("mengubah kanvas momen"),
        ("trial", "trial.started"): _("memulai momen"),
        ("trial", "trial.paused"): _("menjeda momen"),
        ("trial", "trial.resumed"): _("melanjutkan momen"),
        ("trial", "trial.ended"): _("mengakhiri momen dengan keputusan"),
        ("trial", "trial.put_back"): _("mengurungkan perubahan momen"),
        ("trial", "plan.saved"): _("mengubah rencana 7 hari"),
        ("trial", "plan.put_back"): _("mengurungkan perubahan rencana"),
        ("plan_step", "step.decided"): _("memutuskan satu langkah rencana"),
        ("plan_step", "step.put_back"): _("mengurungkan satu langkah rencana"),
        ("automation", "automation.saved"): _("mengubah jawaban otomatis atau survei"),
        ("automation", "automation.put_back"): _("mengurungkan perubahan jawaban otomatis atau survei"),
        ("survey", "survey.saved"): _("menyimpan survei"),
        ("survey", "survey.ended"): _("mengarsipkan survei"),
        ("survey", "survey.put_back"): _("mengurungkan perubahan survei"),
        ("channel", "issued_write_key"): _("membuat kunci kiriman data"),
        ("channel", "withdrew_write_key"): _("mencabut kunci kiriman data"),
        ("token", "token.made"): _("membuat token untuk program"),
        ("token", "token.withdrawn"): _("mencabut token program"),
        ("listener", "listener.made"): _("menambah webhook"),
        ("listener", "listener.changed"): _("mengubah webhook"),
        ("listener", "listener.switched_off"): _("mematikan webhook"),
        ("listener", "listener.switched_on"): _("menyalakan webhook"),
        ("listener", "listener.renewed_secret"): _("mengganti rahasia webhook"),
        ("listener", "listener.dropped"): _("menghapus webhook"),
        ("call", "call.replayed"): _("mengulang satu kabar ke webhook"),
    }


def _about_channels() -> dict[tuple[str, str], str]:
    return {
        ("channel", "connected_channel"): _("menyambungkan saluran"),
        ("channel", "disconnected_channel"): _("memutuskan saluran"),
        ("channel", "forgot_settings"): _("membuang isian saluran yang diputuskan"),
        ("channel", "set_prices"): _("mengubah harga pesan"),
        ("channel", "replayed_payloads"): _("membaca ulang kiriman yang masuk"),
        ("channel", "opened_payload"): _("melihat isi satu kiriman yang masuk"),
        ("dispatch", "retried"): _("mengirim ulang satu pesan"),
        ("dispatch", "cancelled"): _("membatalkan satu pesan"),
        ("dispatch", "settled_as_sent"): _("mencatat satu pesan sudah sampai"),
        ("dispatch", "settled_as_unsent"): _("mengirim lagi pesan yang belum pasti"),
    }
