"""What WhatsApp itself writes into a chat: notices, media left out, deleted and edited messages, missed calls.

Indonesian, English and Malay as met at Indonesian shops, and the most common ones of other phones.
The strings stand in the app's own resources; a full stop at the end is optional.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sapa.gateway.types import Media
from sapa.imports.formats.whatsapp.headers import plain
from sapa.lib.media import kind_of

OWN_DELETED = frozenset(
    {
        "anda menghapus pesan ini",
        "anda telah menghapus pesan ini",
        "you deleted this message",
        "anda memadam mesej ini",
        "anda memadamkan mesej ini",
        "anda telah memadam mesej ini",
        "anda telah memadamkan mesej ini",
        "du hast diese nachricht gelöscht",
        "poistit tämän viestin",
        "eliminaste este mensaje",
        "você apagou esta mensagem",
        "u hebt dit bericht verwijderd",
        "je hebt dit bericht verwijderd",
        "vous avez supprimé ce message",
        "hai eliminato questo messaggio",
    }
)
DELETED = OWN_DELETED | {
    "pesan ini dihapus",
    "pesan ini telah dihapus",
    "this message was deleted",
    "mesej ini dipadam",
    "mesej ini dipadamkan",
    "mesej ini telah dipadam",
    "mesej ini telah dipadamkan",
    "diese nachricht wurde gelöscht",
    "tämä viesti poistettiin",
    "se eliminó este mensaje",
    "este mensaje fue eliminado",
    "mensagem apagada",
    "esta mensagem foi apagada",
    "dit bericht is verwijderd",
    "ce message a été supprimé",
    "questo messaggio è stato eliminato",
}
_DELETED_BY = ("pesan ini dihapus oleh admin", "this message was deleted by admin")
_NOT_THERE = (
    r"(?:tidak disertakan|tidak diikutsertakan|omitted|disingkirkan|tidak disertai|weggelassen|"
    r"ausgeschlossen|jätettiin pois|omitidos?|omitida|oculto|oculta|omis(?:e|es)?|weggelaten|omess[oai])"
)
_KINDS = {
    "gambar": "image",
    "foto": "image",
    "imej": "image",
    "image": "image",
    "photo": "image",
    "bild": "image",
    "kuva": "image",
    "imagen": "image",
    "video": "video",
    "catatan video": "video",
    "video note": "video",
    "audio": "audio",
    "pesan suara": "audio",
    "ääni": "audio",
    "stiker": "sticker",
    "pelekat": "sticker",
    "sticker": "sticker",
    "tarra": "sticker",
    "gif": "gif",
    "dokumen": "document",
    "document": "document",
    "dokument": "document",
    "asiakirja": "document",
    "kartu kontak": "contact",
    "kad kenalan": "contact",
    "contact card": "contact",
    "kontaktkarte": "contact",
    "yhteystietokortti": "contact",
}
_KIND = "|".join(sorted(_KINDS, key=len, reverse=True))
_LEFT_OUT_TAG = re.compile(rf"<[^<>\n]{{2,40}} {_NOT_THERE}>", re.IGNORECASE)
_LEFT_OUT = re.compile(rf"(?:^|(?<=\s))({_KIND}) {_NOT_THERE}\.?$", re.IGNORECASE | re.MULTILINE)
_DOCUMENT_NAME = re.compile(r"^(?P<name>[^\n]+?\.\w{2,5})(?: • [^\n]*)?$")
_ATTACHED_IOS = re.compile(
    r"<(?:terlampir|attached|dilampirkan|dilampir|Anhang|angehängt|liite|adjunto|anexado|pièce jointe"
    r"|bijgevoegd|allegato): ([^<>\n]+)>",
    re.IGNORECASE,
)
_ATTACHED_ANDROID = re.compile(
    r"^([^\n]{1,200}\.\w{1,5}) \((?:file terlampir|file attached|fail dilampirkan|fail terlampir"
    r"|Datei angehängt|liitetiedosto|archivo adjunto|arquivo anexado|fichier joint|bestand bijgevoegd"
    r"|file allegato)\)",
    re.IGNORECASE | re.MULTILINE,
)
_EDITED = re.compile(
    r"\s*<(?:Pesan ini (?:telah )?diedit|Pesan (?:telah )?diedit|This message was edited"
    r"|Mesej ini (?:telah )?diedit|Diese Nachricht wurde bearbeitet|Tätä viestiä muokattiin"
    r"|Se editó este mensaje|Mensagem editada|Dit bericht is bewerkt)\.?>",
    re.IGNORECASE,
)
_LOCATION = re.compile(r"^(?:lokasi|location): (https?://\S+)", re.IGNORECASE)
_LIVE_LOCATION = frozenset({"lokasi terkini dibagikan", "live location shared", "lokasi langsung dikongsi"})
_CALL = re.compile(
    r"(?:panggilan (?:(?:suara|video|grup)\s?){1,2}(?:tak|tidak) (?:ter|di)jawab"
    r"|panggilan (?:suara|video)(?: grup| kumpulan)? (?:terlewat|terlepas|tidak dijawab)"
    r"|(?:silenced|missed) (?:group )?(?:voice|video) call|verpasster (?:sprach|video)anruf|vastaamaton)",
    re.IGNORECASE,
)
_NOTICE_HEADS = (
    "pesan dan panggilan terenkripsi",
    "pesan dan panggilan dienkripsi",
    "pesan-pesan dan panggilan anda",
    "pesan yang anda kirim ke chat ini dan panggilan",
    "messages and calls are end-to-end",
    "messages you send to this",
    "messages to this",
    "mesej dan panggilan disulitkan",
    "nachrichten und anrufe sind",
    "viestit ja puhelut",
    "kode keamanan anda",
    "your security code",
    "chat ini dengan akun bisnis",
    "anda sedang chat dengan akun bisnis",
    "this chat is with a business",
    "this business",
    "bisnis ini",
    "akun bisnis ini",
    "menunggu pesan ini",
    "waiting for this message",
    "anda memblokir kontak",
    "anda membuka blokir kontak",
    "you blocked this contact",
    "you unblocked this contact",
)
_NOTICE_STARTS = frozenset(head[:9] for head in _NOTICE_HEADS)
_IN_GROUP = re.compile(
    r"(?:membuat|created|mencipta) (?:the |this )?(?:grup|group|kumpulan)|menambahkan|menambah| added |^added "
    r"|bergabung (?:menggunakan|melalui|dari)|joined (?:using|from)|mengeluarkan|dikeluarkan| removed "
    r"|(?:mengubah|mengganti|changed|menukar)[^\n]{0,20} (?:subjek|ikon|deskripsi|nama|pengaturan|subject|icon"
    r"|description|name|settings|group|grup)| keluar\.?$| left\.?$|(?:grup|group|kumpulan) (?:ini|this)"
    r"|this group|admin grup|group admin",
    re.IGNORECASE,
)
_OTHER_ACTS = re.compile(
    r"mengganti nomor|mengubah nomor|changed their phone number|changed to |pesan sementara|disappearing"
    r"|menyematkan|pinned a message|is a contact|adalah kontak|turned (?:on|off)|mengaktifkan|menonaktifkan",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“«]([^\"”»\n]{1,100})[\"”»]")
_TITLED = re.compile(r"(?:membuat|created|mencipta) (?:the )?(?:grup|group|kumpulan)", re.IGNORECASE)
_CALLED = re.compile(r"(?:panggilan (?:suara|video)|(?:voice|video) call)\b", re.IGNORECASE)
_VIEW_ONCE = "null"
_SHORT = 40
_GLUED = re.compile(r"(?<=\S)\u200e(?=\w|<)")
_LAST_WORDS = ("disertakan", "omitted", "disingkirkan", "weggelassen", "jätettiin pois", "omitido", "oculto")
_ENDS = frozenset((word + dot)[-6:] for word in _LAST_WORDS for dot in ("", "."))
_ENDS_SOMEWHERE = re.compile(_NOT_THERE, re.IGNORECASE)
_STARTS = frozenset(
    head[:1] + head[1:9] if case else head[:1].upper() + head[1:9]
    for head in (
        *DELETED,
        *_NOTICE_HEADS,
        "panggilan",
        "missed voice",
        "missed video",
        "missed group",
        "silenced voice",
        "silenced video",
        "verpasster",
        "vastaamaton",
        "lokasi: https",
        "location: https",
        "lokasi terkini",
        "lokasi langsung",
        "live location",
    )
    for case in (False, True)
)


class Said(NamedTuple):
    """A message body understood: its words, its attachments, and what WhatsApp says of it.

    `skip` is notice or call_missed where nobody said anything, else "".
    """

    text: str
    media: tuple[Media, ...] = ()
    deleted: bool = False
    edited: bool = False
    skip: str = ""


def is_plain(body: str) -> bool:
    """True where nothing in the body can be WhatsApp's own: most messages leave here, so it is quick."""
    return not (
        body[:9] in _STARTS
        or body[-6:] in _ENDS
        or "<" in body
        or " (" in body
        or "\u200e" in body
        or body == _VIEW_ONCE
    )


def understand(body: str) -> Said:
    """A body as the file has it (marks included) taken apart; any text gives an answer."""
    return _understand_short(body) if len(body) <= _SHORT else _understand(body)


def _understand(body: str) -> Said:
    led = body.lstrip().startswith("\u200e")
    text = plain(_GLUED.sub(" ", body)).strip()
    lowered = text.casefold()
    if lowered.strip(" .") in DELETED or (len(text) < 90 and lowered.startswith(_DELETED_BY)):
        return Said("", deleted=True)
    skip = _skip_reason(text, lowered, led)
    if skip:
        return Said("", skip=skip)
    edited = False
    if "<" in text:
        text, count = _EDITED.subn("", text)
        edited = count > 0
    if lowered == _VIEW_ONCE:
        return Said("", (Media("file"),))
    text, media = _take_media(text)
    location = _LOCATION.match(text)
    if location is not None or lowered.strip(" .") in _LIVE_LOCATION:
        media = (*media, Media("location", location[1] if location else ""))
    return Said(text, media, edited=edited)


def _skip_reason(text: str, lowered: str, led: bool) -> str:
    if len(text) < 120 and _CALL.match(text):
        return "call_missed"
    if len(text) < 120 and led and _CALLED.match(text):
        return "notice"
    if lowered[:9] in _NOTICE_STARTS and lowered.startswith(_NOTICE_HEADS):
        return "notice"
    if led and "\n" not in text and (_IN_GROUP.search(text) or _OTHER_ACTS.search(text)):
        return "notice"
    return ""


def skip_of_senderless(text: str) -> str:
    """Why a line without a sender is no message: call_missed, else notice."""
    return "call_missed" if _CALL.search(text) else "notice"


def _take_media(text: str) -> tuple[str, tuple[Media, ...]]:
    """The words without the tags of attachments, and the attachments."""
    media: list[Media] = []

    def attached(match: re.Match[str]) -> str:
        name = match[1].strip()
        media.append(Media(kind_of(name), name))
        return ""

    def left_out(match: re.Match[str]) -> str:
        media.append(Media(_KINDS[match[1].casefold()]))
        return ""

    if "<" in text:
        text = _ATTACHED_IOS.sub(attached, text)
        text, count = _LEFT_OUT_TAG.subn("", text)
        media.extend(Media("file") for _ in range(count))
    if " (" in text:
        text = _ATTACHED_ANDROID.sub(attached, text)
    if _ENDS_SOMEWHERE.search(text):
        text = _LEFT_OUT.sub(left_out, text)
    text = text.strip()
    return _take_document_name(text, media) if media else (text, ())


def _take_document_name(text: str, media: list[Media]) -> tuple[str, tuple[Media, ...]]:
    """iOS writes a document's name (`nota.pdf • 2 halaman`) before its tag: it names the file, it is no speech."""
    last = media[-1]
    match = _DOCUMENT_NAME.match(text)
    if last.kind == "document" and match is not None and "\n" not in text:
        if not last.name:
            media[-1] = Media("document", match["name"])
            return "", tuple(media)
        if last.name.endswith(match["name"]):
            return "", tuple(media)
    return text, tuple(media)


# A chat says `<Media tidak disertakan>` a thousand times.
_understand_short = lru_cache(maxsize=2048)(_understand)


def is_group_notice(text: str) -> bool:
    """Whether a notice could only stand in a group."""
    return _IN_GROUP.search(text) is not None


def title_in(notice: str) -> str:
    """The group's name where the notice of its making holds it (`Sari membuat grup "Reseller Sage"`), else ""."""
    if not _TITLED.search(notice):
        return ""
    match = _QUOTED.search(notice)
    return match[1].strip() if match else ""


def is_own_deletion(body: str) -> bool:
    """Whether the words say that the owner of the phone took the message back (`Anda menghapus pesan ini`)."""
    return plain(body).strip(" .\n").casefold() in OWN_DELETED
