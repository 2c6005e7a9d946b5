"""The change history of a record as entries of a timeline, each of which can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from perennial.objects.fields import Link
from perennial.objects.history import HistoryEntry
from perennial.objects.record_fields import field_of
from perennial.objects.types import ObjectType
from perennial.web.kit.pages import Entry
from perennial.workspace.actor import Actor

PAGE = 30


def entries_of(found: Sequence[HistoryEntry], kind: ObjectType, by: Actor) -> tuple[list[Entry], int | None]:
    """The entries, and what to go on before (None at the end)."""
    entries = [Entry(
        id=f"change-{each.id}", at=each.at, sentence=_sentence(each),
        changes=[] if each.kind in ("create", "share", "apart") else _changes(each, kind),
        undo=f"/undo/{each.run_id}/" if each.can_undo else "",
    ) for each in found]  # fmt: skip
    return entries, found[-1].id if len(found) >= PAGE else None


def _sentence(each: HistoryEntry) -> SafeString:
    said = {
        "create": _("{name} added this."), "update": _("{name} changed this."), "delete": _("{name} deleted this."),
        "restore": _("{name} brought this back."), "merge": _("{name} merged another record into this one."),
        "unmerge": _("{name} took a merge back."), "erase": _("{name} erased this."),
        "share": _("{name} changed with whom this is shared."),
        "apart": _("{name} said that this and another record are not the same.") if _is_apart(each)
        else _("{name} asked again whether this and another record are the same."),
    }.get(each.kind, _("{name} changed this."))  # fmt: skip
    name = format_html("<b>{}</b>", each.actor_name)
    if each.for_name:  # a deputy, in the place of somebody who was away
        name = SafeString(conditional_escape(_("{name} for {other}")).replace("{name}", name).replace(
            "{other}", format_html("<b>{}</b>", each.for_name)))  # fmt: skip
    return SafeString(conditional_escape(said).replace("{name}", name))


def _is_apart(each: HistoryEntry) -> bool:
    return any(key == "apart" and new for key, _old, new in each.changes)


def _changes(each: HistoryEntry, kind: ObjectType) -> list[tuple[Any, str, str]]:
    return [(_label(kind, field), _text(old), _text(new)) for field, old, new in each.changes]


def _label(kind: ObjectType, key: str) -> Any:
    field = field_of(kind, key)
    return field.label if field else key


def _text(value: Any) -> str:
    if isinstance(value, Link):
        return value.title
    return "" if value is None else str(value)[:300]
