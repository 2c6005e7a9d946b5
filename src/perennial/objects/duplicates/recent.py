"""Records just written, compared with all others by what is equal: the sweep would find them at night only.

A few indexed statements for all that was written lately. Thousands at once, as an import writes them, wait for the
sweep; an import reports its duplicates itself.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from difflib import SequenceMatcher

from perennial.conditions.resolver import Sql
from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.foundation.text import fold
from perennial.objects.duplicates.keeping import FoundPair, keep_found
from perennial.objects.duplicates.merging import compared_kinds
from perennial.objects.fields import EmailType, Field, PhoneType
from perennial.objects.statements import selection
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType
from perennial.workspace.actor import SYSTEM

LATELY = timedelta(minutes=15)
_LOOKED_AT = 20_000  # rows of the log
_MOST = 2_000  # records
_MOST_OF_ONE = 20  # records that share a value: more share a switchboard, and are not the same
_SURE = {EmailType: 0.9, PhoneType: 0.8}
_SURER = 0.97  # when their names are alike as well
_ALIKE = 0.8


def compare_recent() -> int:
    """How many pairs were found."""
    return sum(_compare(kind) for kind in compared_kinds())


def _compare(kind: ObjectType) -> int:
    rows = fetch(
        "SELECT DISTINCT record_id FROM timeline_change WHERE id > (SELECT max(id) FROM timeline_change) - %s"
        " AND object_key = %s AND kind IN ('create', 'update') AND known_at > %s LIMIT %s",
        [_LOOKED_AT, kind.key, clock.now() - LATELY, _MOST],
    )
    ids = [row[0] for row in rows]
    pairs: dict[tuple[int, int], FoundPair] = {}
    for field in kind.fields if ids else ():
        sure = _SURE.get(type(field.type))
        if sure is not None:
            _join(kind, field, ids, sure, pairs)
    keep_found(kind.key, pairs.values())
    return len(pairs)


def _join(kind: ObjectType, field: Field, ids: list[int], sure: float, pairs: dict[tuple[int, int], FoundPair]) -> None:
    chosen = selection(kind, by=SYSTEM, verb="view")
    alias = chosen.tables.alias
    value = sql_of(field, alias)
    columns = f"{chosen.fixed}, {value}"
    mine = fetch(*chosen.statement(columns, also=[
        Sql(f"{alias}.id = ANY(%s::bigint[]) AND {value} IS NOT NULL AND {value} <> ''", (ids,))
    ]))  # fmt: skip
    if not mine:
        return
    values = sorted({row[3] for row in mine})
    having: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for id, _version, title, shared in fetch(
        *chosen.statement(columns, also=[Sql(f"{value} = ANY(%s::text[])", (values,))], tail=f" LIMIT {5 * _MOST}")
    ):
        having[shared].append((id, title or ""))
    for id, _version, title, shared in mine:
        if len(having[shared]) > _MOST_OF_ONE:
            continue
        for other, name in having[shared]:
            key = (min(id, other), max(id, other))
            if id == other or (key in pairs and pairs[key].confidence >= sure):
                continue
            is_named_so = SequenceMatcher(None, fold(title or ""), fold(name)).ratio() >= _ALIKE
            reasons = ((field.key, True), *(((kind.title, title == name),) if is_named_so else ()))
            pairs[key] = FoundPair(*key, _SURER if is_named_so else sure, reasons)
