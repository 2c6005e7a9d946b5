"""A definition on a few records before it is kept: what it would say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.safestring import SafeString

from perennial.foundation import clock
from perennial.foundation.money import Money
from perennial.foundation.sql import execute, fetch
from perennial.objects import query
from perennial.objects.fields import FieldType, MoneyType
from perennial.objects.types import ObjectType
from perennial.rules.facts.building import sentence_of, type_of_values
from perennial.rules.facts.checking import checked
from perennial.rules.facts.compiling import Asked, values_sql
from perennial.rules.facts.models import MadeFact
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.screens.columns import draw_value
from perennial.workspace.actor import Actor
from perennial.workspace.firm import the_firm

LOOKED_AT, SHOWN = 200, 8
_PATIENCE = 3_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Tried:
    sentence: str
    rows: list[tuple[str, str, SafeString]]  # title, address, value


def tried(kind: ObjectType, form: str, options: Mapping[str, Any], *, by: Actor) -> Tried:
    """Of the records on top of the list, those that have a value first. Raises `Invalid`."""
    found = checked(kind, form, dict(options), by=by)
    draft = MadeFact(object_key=kind.key, key="", form=form, options=found.options.model_dump(mode="json"),
                     result=found.result, rests_on=[])  # fmt: skip
    rows = query.select(kind, by=by, columns=[], limit=LOOKED_AT).rows
    with transaction.atomic():
        execute(f"SET LOCAL statement_timeout = {_PATIENCE}")
        values = {row[0]: row[1] for row in fetch(*values_sql(draft, Asked(clock.now(), [row.id for row in rows])))}
    rows.sort(key=lambda row: values.get(row.id) in (None, 0))
    type, reader = type_of_values(draft, found.options), reader_of(by)
    return Tried(sentence_of(kind, found.options), [
        (row.title, f"/o/{kind.key}/{row.id}/", _drawn(type, values.get(row.id), reader)) for row in rows[:SHOWN]
    ])  # fmt: skip


def _drawn(type: FieldType, value: Any, reader: Reader) -> SafeString:
    if value is not None and isinstance(type, MoneyType):
        value = Money(value, the_firm().currency)
    return draw_value(type, value, reader)
