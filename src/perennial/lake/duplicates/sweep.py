"""The sweep: all records of each kind that can be merged, compared with each other in the lake.

It is as old as the lake is (seconds), and decides nothing: what it finds waits for somebody (`objects.duplicates`). Its
engines take hundreds of megabytes while they work, so that it has a process of its own, which ends (`process`).
"""

from __future__ import annotations

import tempfile

import pyarrow as pa

from perennial.lake.duplicates.matching import find_pairs
from perennial.lake.engine import new_engine
from perennial.lake.made import name_of
from perennial.lake.reader import Lake, open_lake
from perennial.lake.records import records_of
from perennial.lake.registry import record_table
from perennial.objects.duplicates.keeping import FoundPair, keep_sweep
from perennial.objects.duplicates.merging import compared_kinds
from perennial.objects.fields import (
    CountryType,
    DayType,
    EmailType,
    Field,
    LongTextType,
    PhoneType,
    RefType,
    TextType,
    UrlType,
)
from perennial.objects.types import ObjectType
from perennial.workspace.actor import SYSTEM

MEMORY = "1GB"
_TELLING = (CountryType, DayType, EmailType, LongTextType, PhoneType, RefType, TextType, UrlType)


def sweep() -> dict[str, int]:
    """How many pairs are open now, of each kind."""
    return {kind.key: sweep_kind(kind) for kind in compared_kinds()}


def sweep_kind(kind: ObjectType) -> int:
    with open_lake() as lake:
        if record_table(kind.table) not in lake.tables:
            return 0
        records = _records(lake, kind)
    ids = records.column("id").to_pylist()
    with tempfile.TemporaryDirectory(prefix="perennial-duplicates-") as folder, new_engine(MEMORY) as engine:
        engine.execute(f"SET temp_directory = '{folder}'")
        found = find_pairs(engine, [records.drop_columns(["id"])])
    return keep_sweep(kind.key, [
        FoundPair(ids[pair.one], ids[pair.other], pair.confidence,
                  tuple((reason.column, reason.is_same) for reason in pair.reasons))
        for pair in found.pairs
    ])  # fmt: skip


def _records(lake: Lake, kind: ObjectType) -> pa.Table:
    """What tells records apart, as text under the keys of the fields; in the order of their ids."""
    rows = records_of(lake, kind, by=SYSTEM)
    columns = {"id": rows["id"]}
    for field in kind.fields:
        name = name_of(field)
        if _tells(field, kind) and name in rows.columns:
            # What a record refers to is the same or it is not: near numbers must not look alike.
            text = rows[name].cast("string")
            columns[field.key] = text.hexdigest("md5") if isinstance(field.type, RefType) else text
    found: pa.Table = lake.arrow(rows.select(**columns).order_by("id"))
    return found


def _tells(field: Field, kind: ObjectType) -> bool:
    """Numbers that must be unique tell nothing about two that are the same, nor does what the house computed."""
    is_number = field.key == kind.external or field.is_unique
    return isinstance(field.type, _TELLING) and not (field.readonly or is_number or field.expression is not None)
