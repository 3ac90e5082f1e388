"""What sort of attachment a file name stands for."""

from __future__ import annotations

from pathlib import PurePosixPath

_ENDINGS = {
    "image": "jpg jpeg png heic heif bmp tif tiff webp",
    "video": "mp4 mov avi mkv 3gp webm m4v",
    "audio": "opus ogg mp3 m4a aac amr wav",
    "gif": "gif",
    "document": "pdf doc docx ppt pptx apk psd ai",
    "sticker": "was",
    "contact": "vcf",
}
KINDS = {f".{ending}": kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
UNREAD_ENDINGS = frozenset(ending for ending, kind in KINDS.items() if kind != "contact")


def kind_of(name: str) -> str:
    """image, video, audio, gif, document, sticker or contact; any other ending is a document."""
    upper = name.upper()
    if upper.startswith("STK-") or "-STICKER-" in upper:
        return "sticker"
    if "-GIF-" in upper:
        return "gif"
    return KINDS.get(PurePosixPath(name).suffix.lower(), "document")
