"""The labelled texts that the reading model is trained and judged on."""

import csv
import os
from pathlib import Path
from typing import NamedTuple

NUSAX_LANGUAGES = ("indonesian", "javanese", "sundanese", "english")


class Row(NamedTuple):
    """One labelled message; reviews of the shared sets carry a sentiment alone."""

    text: str
    intent: str
    sentiment: str
    human: bool


def load_rows(path: Path) -> list[Row]:
    """Rows of a training file: comment lines begin with `#`, then a header, then four columns."""
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    parts = [line.split("\t") for line in lines[1:]]
    return [Row(text, intent, sentiment, human == "yes") for text, intent, sentiment, human in parts]


def shared_folder(root: Path) -> Path | None:
    """The shared reference data, or None: SAPA_SHARED, else `shared` beside the checkout."""
    folder = Path(os.environ.get("SAPA_SHARED", root.parent / "shared")) / "data"
    return folder if folder.is_dir() else None


def smsa(folder: Path, part: str) -> list[Row]:
    path = folder / "indonlu" / "smsa_doc-sentiment-prosa" / f"{part}_preprocess.tsv"
    pairs = [line.rsplit("\t", 1) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [Row(text, "", label, False) for text, label in pairs]


def nusax(folder: Path, language: str, part: str) -> list[Row]:
    with (folder / "nusax" / language / f"{part}.csv").open(encoding="utf-8", newline="") as stream:
        return [Row(row["text"], "", row["label"], False) for row in csv.DictReader(stream)]


def shared_sentiment(folder: Path, part: str) -> list[Row]:
    """SmSA and the four NusaX languages; `part` is `train` or `valid`."""
    rows = smsa(folder, part)
    for language in NUSAX_LANGUAGES:
        rows.extend(nusax(folder, language, part))
    return rows
