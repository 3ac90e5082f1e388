"""Keeping a shop's data: `backup`, `restore`, `doctor`, `rebuild`, `verify`, `migrate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.utils.translation import gettext as _

from sapa.cli.people import get_who
from sapa.cli.printing import limited, print_json, print_line, print_table, tell
from sapa.cli.types import Call, CannotError, Command
from sapa.upkeep import operations as upkeep
from sapa.upkeep.types import Health


def _file_word(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=_("berkas zip cadangan"))


def _backup(call: Call) -> int:
    manifest = upkeep.backup(target=call.words.file, now=call.now)
    if call.words.json:
        print_json(manifest)
    else:
        print_line(
            _("Tersimpan: %(file)s (%(number)d berkas)")
            % {"file": call.words.file, "number": len(manifest.members)}
        )
    tell(_("Berkas kunci (sapa.key) tidak ikut; simpan salinannya di tempat lain."))
    return 0


def _restore(call: Call) -> int:
    manifest = upkeep.restore(source=call.words.file, now=call.now)
    if call.words.json:
        print_json(manifest)
    else:
        print_line(_("Dipulihkan ke keadaan %(at)s.") % {"at": manifest.made_at})
    tell(_("sapa.key dan forgotten.jsonl dari folder lama seharusnya sudah ada di sini sebelum memulihkan."))
    return 0


def _doctor(call: Call) -> int:
    findings = upkeep.doctor(now=call.now)
    if call.words.json:
        print_json(findings)
    else:
        print_table(
            (_("apa"), _("keadaan"), _("ditemukan"), _("yang perlu dilakukan")),
            [(one.what, one.health.value, one.found, one.advice) for one in findings],
            empty="",
        )
    return 1 if any(one.health is Health.BAD for one in findings) else 0


def _rebuild(call: Call) -> int:
    gone = upkeep.rebuild(business=call.shop, now=call.now)
    if call.words.json:
        print_json({"rows": gone})
    else:
        print_line(_("%(number)d baris turunan dihitung ulang dari awal.") % {"number": gone})
    return 0


def _verify(call: Call) -> int:
    differences = upkeep.verify(business=call.shop, now=call.now)
    if call.words.json:
        print_json(limited(differences, call.words.limit))
    elif differences:
        print_table(
            (_("tabel"), _("id"), _("beda")),
            [(one.table, one.id, one.detail) for one in limited(differences, call.words.limit)],
            empty="",
        )
        tell(_("%(number)d beda. Jalankan: sapa rebuild") % {"number": len(differences)})
    else:
        print_line(_("Semua hitungan sama dengan isinya."))
    return 1 if differences else 0


def _migrate(call: Call) -> int:
    # The tables were brought up before this command was called: that is all it is for.
    print_line(_("Tabel sesuai dengan versi ini."))
    return 0


def _forget(call: Call) -> int:
    contact = get_who(call, call.words.who)
    if not call.words.yes:
        raise CannotError(
            _(
                "Ini menghapus semua kata dan alamat %(name)s untuk selamanya. Kalau yakin, ulangi dengan --yes."
            )
            % {"name": contact.name}
        )
    erased = upkeep.forget(business=call.shop, contact=contact, by=None, now=call.now)
    print_json(erased)
    return 0


def _forget_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("who", metavar="SIAPA", help=_("nomor HP, e-mail, nama akun, atau nama persis"))
    parser.add_argument("--yes", action="store_true", help=_("ya, hapus untuk selamanya"))


COMMANDS = (
    Command(
        "backup", _("simpan semua data ke satu berkas zip"), _backup, _file_word, "database", answers=True
    ),
    Command(
        "restore", _("pulihkan cadangan ke folder data kosong"), _restore, _file_word, "nothing", answers=True
    ),
    Command("doctor", _("periksa semua yang dibutuhkan Sapa"), _doctor, needs="nothing", answers=True),
    Command("rebuild", _("hitung ulang semua yang diturunkan"), _rebuild, answers=True),
    Command("verify", _("cocokkan yang diturunkan dengan isinya"), _verify, reads=True),
    Command(
        "forget",
        _("hapus kata dan alamat satu pelanggan untuk selamanya"),
        _forget,
        _forget_words,
        answers=True,
    ),
    Command("migrate", _("perbarui tabel ke versi ini"), _migrate, needs="database"),
)
