"""Forms: what a person typed becomes a note, what it says of them a description, and that they filled it a touchpoint."""

from __future__ import annotations

from collections.abc import Sequence

from sapa.contacts.operations import describe_many
from sapa.contacts.operations.statements import DescriptionGiven
from sapa.conversations.models import Note
from sapa.conversations.operations import record_notes
from sapa.gateway.digest.work import Digestion, Fact, FactKind
from sapa.gateway.types import FormFilled
from sapa.timeline.operations import record_touchpoints

_CITY = frozenset({"kota", "city", "kota/kabupaten", "domisili"})
_ADDRESS = frozenset({"alamat", "address", "alamat lengkap", "street_address", "full address"})


def take_forms(work: Digestion, indexes: Sequence[int]) -> None:
    events: dict[int, FormFilled] = {i: work.events[i] for i in indexes}  # type: ignore[misc]
    rows = record_notes([_note(work, i, event) for i, event in events.items()])
    happenings = []
    described = []
    for (i, event), (pk, is_new) in zip(events.items(), rows, strict=True):
        work.settle(i, Fact(FactKind.NOTE, pk, is_new))
        work.tell_origin(i, event.origin, event.at, f"form:{pk}")
        measures = {"form": event.form[:80]}
        happenings.append(work.happening(i, "lead.form", event.at, ("note", str(pk)), measures))
        city, address = _field(event, _CITY), _field(event, _ADDRESS)
        if city or address:
            identity_id = work.identified[i].identity_id
            described.append(DescriptionGiven(identity_id, event.at, city=city, address=address))
    record_touchpoints(business=work.business, happenings=happenings, now=work.now)
    describe_many(business=work.business, given=described)


def _note(work: Digestion, index: int, event: FormFilled) -> Note:
    lines = [f"{label}: {value}" if label else value for label, value in event.fields if value.strip()]
    return Note(
        business=work.business,
        identity_id=work.identified[index].identity_id,
        dedupe_key=event.dedupe_key,
        act="other",
        text="\n".join([event.form, *lines]).strip(),
        happened_at=event.at,
        learned_at=work.now,
    )


def _field(event: FormFilled, labels: frozenset[str]) -> str:
    return next((value for label, value in event.fields if label.strip().casefold() in labels), "")
