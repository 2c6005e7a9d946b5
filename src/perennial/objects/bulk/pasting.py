"""A block of cells from a spreadsheet, written over records: looked at first, then one run.

What people copy is text, so names stand for records, users and teams here: one of that name that the actor sees, or a
sentence that there is none, or more than one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perennial.conditions.resolver import Sql
from perennial.foundation.errors import Invalid, Text
from perennial.foundation.ids import uuid7
from perennial.foundation.sql import fetch
from perennial.foundation.text import sort_key
from perennial.objects.actions import Result, Run
from perennial.objects.bulk.chosen import kinds_within
from perennial.objects.cells import title_column
from perennial.objects.columns import model_columns
from perennial.objects.fields import LinkType, MemberType, RefType
from perennial.objects.query import allowed_ids
from perennial.objects.record_fields import field_of
from perennial.objects.statements import selection
from perennial.objects.types import ObjectType, object_types
from perennial.objects.writing.cleaning import clean_changes
from perennial.objects.writing.outcomes import invalid, keep_run, next_run_id, refused
from perennial.objects.writing.updating import update_drafts
from perennial.workspace.actor import Actor

MOST_ROWS, MOST_COLUMNS = 2_000, 60
PASTE = "paste"  # as the logs call it


@dataclass(frozen=True, slots=True)
class Block:
    """`rows` are (id, cells); a row may have fewer cells than there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_block(told: Any) -> Block:
    """From JSON. Raises `Invalid` for what is no block, or too large."""
    try:
        columns = tuple(str(each)[:200] for each in told["columns"])
        rows = tuple((int(id), tuple(str(cell)[:20_000] for cell in cells)) for id, cells in told["rows"])
    except (TypeError, ValueError, KeyError):
        raise Invalid(sentence=_("This is no block of cells.")) from None
    if not rows or not columns or len(set(columns)) < len(columns) or len({id for id, _cells in rows}) < len(rows):
        raise Invalid(sentence=_("This is no block of cells."))
    if len(rows) > MOST_ROWS or len(columns) > MOST_COLUMNS:
        sentence = _("At most %(rows)d rows and %(columns)d columns at once. Import a file for more.")
        raise Invalid(sentence=sentence % {"rows": MOST_ROWS, "columns": MOST_COLUMNS})
    return Block(columns, rows)


def paste(kind: ObjectType, block: Block, *, by: Actor) -> Run:
    """Write the block, a row a record; rows that cannot be written are refused by themselves."""
    run = Run(next_run_id(), uuid7())
    with transaction.atomic():
        results: dict[int, Result] = {}
        for part in kinds_within(kind):
            own = allowed_ids(part, [id for id, _cells in block.rows], by=by, verb="view")
            mine = [row for row in block.rows if row[0] in own]
            if mine and part.can_edit:
                results |= _write(part, Block(block.columns, tuple(mine)), run, by)
            else:
                results |= {id: refused("forbidden", id=id) for id, _cells in mine}
        ordered = [results.get(id) or refused("not_found", id=id) for id, _cells in block.rows]
        done = replace(run, results=tuple(ordered))
        if any(result.is_done for result in ordered):
            keep_run(done, PASTE, kind.key, by=by)
    return done


def try_paste(kind: ObjectType, block: Block, *, by: Actor) -> list[Result]:
    """What would become of each row: it is written, and the writing is rolled back."""
    with transaction.atomic():
        results = list(paste(kind, block, by=by).results)
        transaction.set_rollback(True)
    return results


def _write(kind: ObjectType, block: Block, run: Run, by: Actor) -> dict[int, Result]:
    values, wrong = _named(kind, block, by)
    good = {id: row for id, row in values.items() if id not in wrong}
    drafts = clean_changes(kind, good, by=by)
    results = {id: invalid(errors, id=id) for id, errors in wrong.items()}
    written = update_drafts(kind, drafts, by=by, cause=run.cause, run_id=run.id, action=PASTE) if drafts else []
    return results | {result.id: result for result in written if result.id is not None}


def _named(kind: ObjectType, block: Block, by: Actor) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Text]]]:
    """The rows with ids in place of names, and what is wrong with the others: one statement a column."""
    values: dict[int, dict[str, Any]] = {id: dict(zip(block.columns, cells, strict=False)) for id, cells in block.rows}
    wrong: dict[int, dict[str, Text]] = {}
    for key in block.columns:
        field = field_of(kind, key)
        if field is None or not isinstance(field.type, LinkType):
            continue
        names = {row[key].strip() for row in values.values() if row.get(key, "").strip()}
        known = _ids_of(field.type, names, by)
        for id, row in values.items():
            name = row.get(key, "").strip()
            found = known.get(_folded(field.type, name), [])
            if len(found) == 1:
                row[key] = found[0]
            elif name:
                sentence = _("There is no “%(name)s” here.") if not found else _("There are several called “%(name)s”.")
                wrong.setdefault(id, {})[key] = sentence % {"name": name[:80]}
    return values, wrong


def _folded(type: LinkType, name: str) -> str:
    return sort_key(name) if isinstance(type, RefType) else name.lower()


def _ids_of(type: LinkType, names: set[str], by: Actor) -> dict[str, list[int]]:
    """Those that are called so, by folded name; a user also by e-mail address."""
    if not names:
        return {}
    wanted = [_folded(type, name) for name in names]
    if isinstance(type, RefType):
        rows = _records_of(object_types[type.object_key], wanted, by) if type.object_key in object_types else []
    elif isinstance(type, MemberType):
        rows = fetch(
            "SELECT lower(name), id FROM workspace_user WHERE lower(name) = ANY(%s) AND is_active"
            " UNION SELECT email, id FROM workspace_user WHERE email = ANY(%s) AND is_active",
            [wanted, wanted],
        )
    else:
        rows = fetch("SELECT lower(name), id FROM workspace_team WHERE lower(name) = ANY(%s)", [wanted])
    found: dict[str, list[int]] = {}
    for name, id in rows:
        found.setdefault(name, []).append(id)
    return found


def _records_of(target: ObjectType, wanted: Sequence[str], by: Actor) -> list[tuple[Any, ...]]:
    chosen = selection(target, by=by, verb="view")
    alias = chosen.tables.alias
    has_key = "sort_key" in model_columns(target.model)
    name = f"{alias}.sort_key" if has_key else f"lower({title_column(target, alias)})"
    statement = chosen.statement(f"{name}, {alias}.id", also=[Sql(f"{name} = ANY(%s)", (list(wanted),))])
    return fetch(statement.text, statement.params)
