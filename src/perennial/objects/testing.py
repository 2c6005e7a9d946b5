"""Free tests: what every object type must do, checked over its declaration alone.

`tests/registry` runs `CHECKS` over the registry, so a new declaration is tested the moment it is registered. Each check
is given a kind, the cast, and how many records there are: none, one or many.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from perennial.conditions.schema import MANY
from perennial.conditions.text import parse
from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, NotFound, Refused
from perennial.objects import query
from perennial.objects.access import widest_reach
from perennial.objects.columns import model_columns
from perennial.objects.exporting import csv_rows, plan_of
from perennial.objects.exporting.formats import FORMATS
from perennial.objects.exporting.plan import begin_run
from perennial.objects.exporting.progress import Progress
from perennial.objects.exporting.working import write_file
from perennial.objects.facts import facts_about
from perennial.objects.fields import (
    ChoiceType,
    CountryType,
    DayType,
    EmailType,
    Field,
    FlagType,
    LinesType,
    LongTextType,
    MemberType,
    MomentType,
    MoneyType,
    NumberType,
    PhoneType,
    RefType,
    TeamType,
    TextType,
    UrlType,
    WholeType,
)  # fmt: skip
from perennial.objects.history import history
from perennial.objects.record_fields import FACT, field_of
from perennial.objects.running import undo_run
from perennial.objects.schema import schema_of
from perennial.objects.searching import find
from perennial.objects.types import ObjectType, Shared, object_types
from perennial.objects.writing import create_records, delete_records, restore_records, the_only, update_records
from perennial.objects.writing.cleaning import settable
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

MOST_STATEMENTS = {"list": 3, "get": 3, "create": 45}


def sample_values(kind: ObjectType, number: int, *, by: Actor) -> dict[str, Any]:
    """A record of the kind that differs from every other by its number; what it refers to is made as well."""
    sampled = {key: _sample(kind, field, number, by) for key, field in settable(kind).items()}
    return {key: value for key, value in sampled.items() if value is not None}


def make_records(kind: ObjectType, count: int, *, by: Actor, start: int = 1) -> list[int]:
    """New records; for a kind that is a union, of its first part."""
    if kind.parts:
        return make_records(object_types[kind.parts[0]], count, by=by, start=start)
    rows = [sample_values(kind, number, by=by) for number in range(start, start + count)]
    results = create_records(kind, rows, by=by).results if rows else ()
    assert all(result.is_done for result in results), [result for result in results if not result.is_done]
    return [result.id for result in results if result.id is not None]


def check_declaration(kind: ObjectType, cast: Any, count: int) -> None:
    """Columns exist, texts fit into them, and everything in a list can be shown, filtered and sorted by."""
    columns = model_columns(kind.model)
    assert {"version", "created_at", "updated_at", "deleted_at", "external_id", "is_sample"} <= set(columns)
    for field in kind.fields:
        if isinstance(field.type, LinesType):
            continue
        assert field.sql_column in columns, f"{kind.table} has no column {field.sql_column}"
        longest = getattr(kind.model._meta.get_field(_attribute(kind, field)), "max_length", None)
        if isinstance(field.type, TextType) and longest and not field.readonly:
            assert field.type.longest <= longest, f"{field.key} takes longer texts than its column"
        json.dumps(field.type.schema())
    schema = schema_of(kind)
    for key in kind.list.columns:
        assert schema.field(key) is not None or key == "lines", key
    for _label, text in kind.list.filters:
        query.select(kind, by=cast.ada, where=parse(text, schema), limit=1)


def check_list(kind: ObjectType, cast: Any, count: int) -> None:
    """Pages join without gap or repeat in every order offered; statements do not grow with the rows."""
    ids = make_records(kind, count, by=cast.ada)
    told = facts_about(kind.facts_key)
    facts = [f"{FACT}{fact.key}" for fact in told if fact.type.column not in MANY]
    columns = [*(field.key for field in kind.fields), *(f"{FACT}{fact.key}" for fact in told)]
    with counted("list"):
        page = query.select(kind, by=cast.ada, columns=columns, limit=200)
    assert {row.id for row in page.rows} >= set(ids)
    for row in page.rows:
        for field in kind.fields:
            json.dumps(field.type.json(row.values[field.key]), allow_nan=False)
    sortable = [field.key for field in kind.fields if field.is_sortable and not isinstance(field.type, LinesType)]
    for sort in (kind.list.sort, *sortable, *(f"-{key}" for key in sortable), *facts, *(f"-{key}" for key in facts)):
        whole = [row.id for row in query.select(kind, by=cast.ada, columns=[], sort=sort, limit=200).rows]
        assert [row.id for page in pages(kind, by=cast.ada, sort=sort) for row in page.rows] == whole, sort
    assert query.estimate(kind, by=cast.ada).count == len(whole)


def check_access(kind: ObjectType, cast: Any, count: int) -> None:
    """Ben sees his own, Dov nothing; neither can touch what is Ada's."""
    hers = make_records(kind, count, by=cast.ada)
    his = make_records(kind, count, by=cast.ben, start=1000)
    is_shared = isinstance(kind.access, Shared)
    assert {row.id for row in query.select(kind, by=cast.ben, limit=500).rows} >= set(his)
    assert query.select(kind, by=cast.dov).rows == []
    assert query.allowed_ids(kind, [*hers, *his], by=cast.dov, verb="view") == set()
    assert is_shared or not {row.id for row in query.select(kind, by=cast.ben, limit=500).rows} & set(hers)
    for record_id in hers:
        assert is_shared or _refused(query.get, kind, record_id, by=cast.ben) is NotFound
        assert _refused(query.get, kind, record_id, by=cast.dov) is NotFound
        assert _refused(history, kind, record_id, by=cast.dov) is NotFound
    if kind.can_delete and not kind.parts:
        assert _refused(delete_records, kind, hers, by=cast.ben) is Forbidden
        assert _refused(delete_records, kind, hers, by=cast.dov) is NotFound
    assert _refused(csv_rows, kind, by=cast.ben) is Forbidden
    assert _refused(csv_rows, kind, by=cast.dov) is NotFound
    if kind.can_edit and not kind.parts and hers and not is_shared:
        (result,) = update_records(kind, {hers[0]: {}}, by=cast.ben).results
        assert result.code == "not_found"
        assert _refused(update_records, kind, {hers[0]: {}}, by=cast.dov) is NotFound
    if kind.can_create and not kind.parts:
        assert _refused(create_records, kind, [{}], by=cast.dov) is Forbidden


def check_writing(kind: ObjectType, cast: Any, count: int) -> None:
    """Created, read back the same, deleted, restored, undone, with a history that says so."""
    if kind.parts or not kind.can_create:
        return
    rows = [sample_values(kind, number, by=cast.ada) for number in range(1, count + 1)]
    with counted("create"):
        run = create_records(kind, rows, by=cast.ada)
    for values, result in zip(rows, run.results, strict=True):
        assert result.is_done, result
        row = query.get(kind, result.id or 0, by=cast.ada)
        for key, value in values.items():
            field = field_of(kind, key)
            if field is not None and kind.field(key) is not None and not isinstance(field.type, LinesType):
                assert field.type.clean(row.values[key]) == field.type.clean(value), key
    ids = [result.id or 0 for result in run.results]
    if not ids:
        return
    if kind.can_edit:
        the_only(update_records(kind, {ids[0]: {}}, by=cast.ada))
    if kind.can_delete:
        deleted = delete_records(kind, ids, by=cast.ada)
        assert all(result.is_done for result in deleted.results)
        assert not query.allowed_ids(kind, ids, by=cast.ada, verb="view")
        assert all(result.is_done for result in restore_records(kind, ids, by=cast.ada).results)
        assert undo_run(run.id, by=cast.ada).restored == count
        assert not query.allowed_ids(kind, ids, by=cast.ada, verb="view")
    else:
        assert [entry.kind for entry in history(kind, ids[0], by=cast.ada)][-1] == "create"


def check_hostile_input(kind: ObjectType, cast: Any, count: int) -> None:
    """Nothing that comes in makes more of itself than a sentence."""
    if kind.parts or not kind.can_create:
        return
    hostile: tuple[Any, ...] = ("\x00", "\ud800", "x" * 100_000, float("nan"), 10**400, [], {}, True, -1, "0000-00-00")
    for value in hostile:
        rows = [{key: value} for key in settable(kind)]
        for result in create_records(kind, [*rows, {"no such field": value}], by=cast.ada).results:
            assert result.is_done or result.sentence


def check_search(kind: ObjectType, cast: Any, count: int) -> None:
    """Found by its title, by whoever may see it."""
    ids = make_records(kind, count, by=cast.ada)
    if not kind.search:
        return
    for record_id in ids[:3]:
        title = query.get(kind, record_id, by=cast.ada, columns=[]).title
        assert record_id in {row.id for row in query.select(kind, by=cast.ada, search=title, limit=500).rows}
        assert record_id in {hit.id for hit in find(title, by=cast.ada, kinds=[kind], limit=50)}
        assert find(title, by=cast.dov, kinds=[kind]) == []


def check_export(kind: ObjectType, cast: Any, count: int) -> None:
    """A heading, and a line for each record; as many rows in every format."""
    ids = make_records(kind, count, by=cast.ada)
    rows = list(csv.reader(io.StringIO(b"".join(csv_rows(kind, by=cast.ada)).decode("utf-8-sig"))))
    assert rows[0][0] == "id"
    assert {int(row[0]) for row in rows[1:]} >= set(ids)
    assert all(len(row) == len(rows[0]) for row in rows)
    plan = plan_of(kind, by=cast.ada)
    with TemporaryDirectory() as folder:
        for format in FORMATS:
            path, progress = Path(folder) / format, Progress()
            write_file(plan, path, format=format, run_id=begin_run(plan).id, progress=progress)
            assert progress.rows == len(rows) - 1, format
            assert path.stat().st_size or not count, format


Check = Callable[[ObjectType, Any, int], None]
CHECKS: tuple[Check, ...] = (
    check_declaration,
    check_list,
    check_access,
    check_writing,
    check_hostile_input,
    check_search,
    check_export,
)


def pages(kind: ObjectType, *, by: Actor, sort: str, limit: int = 3) -> Iterator[query.Page]:
    after = None
    while True:
        page = query.select(kind, by=by, columns=[], sort=sort, limit=limit, after=after)
        yield page
        after = page.next
        if after is None:
            return


@contextmanager
def counted(what: str) -> Iterator[None]:
    with CaptureQueriesContext(connection) as asked:
        yield
    assert len(asked) <= MOST_STATEMENTS[what], "\n".join(each["sql"][:300] for each in asked.captured_queries)


def _refused(act: Callable[..., object], *args: Any, by: Actor) -> type[Refused] | None:
    try:
        act(*args, by=by)
    except Refused as refusal:
        return type(refusal)
    return None


def _attribute(kind: ObjectType, field: Field) -> str:
    return next(each.name for each in kind.model._meta.concrete_fields if each.column == field.sql_column)


def _sample(kind: ObjectType, field: Field, number: int, by: Actor) -> Any:
    match field.type:
        case TextType(longest=longest):
            return f"{field.key[:12]} {number}"[:longest] if longest > 3 else None
        case LongTextType():
            return f"First line {number}.\nSecond line."
        case EmailType():
            return f"{kind.path}{number}@example.com"
        case PhoneType():
            return f"+447911{number % 1_000_000:06}"
        case UrlType():
            return f"https://example.com/{number}"
        case WholeType():
            return number
        case NumberType() | MoneyType(currency=""):
            return Decimal(number) + Decimal("0.5")
        case ChoiceType(choices=choices):
            return field.default or choices[0][0]
        case FlagType():
            return number % 2 == 0
        case DayType():
            return (clock.now() - timedelta(days=number % 300)).date().isoformat()
        case MomentType():
            return (clock.now() - timedelta(hours=number % 300)).isoformat()
        case CountryType():
            return "KZ"
        case MemberType():
            return by.user_id
        case RefType(object_key=object_key):
            target = object_types.get(object_key)
            may_be_made = (
                target is not None
                and object_key != kind.key
                and (widest_reach(target, by=by, verb="create") > Reach.NONE)
            )
            return make_records(target, 1, by=by, start=number * 10 + 7)[0] if target and may_be_made else None
        case LinesType(parts=parts):
            line = {part.key: _sample(kind, part, number, by) for part in parts if not part.readonly}
            return [line]
        case TeamType():
            return None
    return None
