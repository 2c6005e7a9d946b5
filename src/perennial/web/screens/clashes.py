"""The form of a record that somebody else changed meanwhile: for each field that both changed, whose value is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from perennial.foundation.text import whole_number
from perennial.objects.actions import Result
from perennial.objects.conflicts import Clash, Saved, mark_of, save
from perennial.objects.record_fields import field_of
from perennial.objects.types import ObjectType
from perennial.objects.writing import update_records
from perennial.web.kit.reader import reader_of
from perennial.web.screens.cell import shown_text
from perennial.workspace.actor import Actor

THEIRS, MINE = "theirs", "mine"
_KEEP = "keep-"


def save_form(kind: ObjectType, record_id: int, sent: Mapping[str, Any], data: QueryDict, *, by: Actor) -> Saved:
    """Fields for which "theirs" was chosen are left alone. A form without a mark is held to the version it names."""
    kept = {key: value for key, value in sent.items() if data.get(f"{_KEEP}{key}") != THEIRS}
    mark = whole_number(data.get("mark", ""))
    if mark is not None:
        return save(kind, record_id, kept, mark=mark, by=by)
    version = whole_number(data.get("version", ""))
    versions = None if version is None else {record_id: version}
    return Saved(update_records(kind, {record_id: kept}, by=by, versions=versions).results[0])


def hidden_mark(kind: ObjectType, record_id: int) -> tuple[str, str]:
    return "mark", str(mark_of(kind, record_id))


def told(kind: ObjectType, clashes: Sequence[Clash], by: Actor) -> list[dict[str, Any]]:
    """What `web/_clashes.html` draws."""
    reader = reader_of(by)
    found = []
    for each in clashes:
        field = field_of(kind, each.field)
        if field is None:
            continue
        found.append({
            "name": f"{_KEEP}{each.field}", "label": field.label, "who": each.who, "at": reader.moment(each.at),
            "original": shown_text(field, each.original, by), "theirs": shown_text(field, each.theirs, by),
            "mine": shown_text(field, each.mine, by),
        })  # fmt: skip
    return found


def refused(saved: Saved) -> Result | None:
    return saved.result if saved.result is not None and not saved.result.is_done else None
