"""What a fact rests on beside events: triggers that leave the records which a write touched, whoever wrote and however.

A trigger works once a statement: an import of a thousand rows leaves one row for each fact in `rules_fact_owed`. It is
given the numbers of the facts that watch alike; SQL over a row `t` that is the record's id; and SQL over a row `t` that
an update must have changed to matter (`rules_owe_fact`, made by migrating).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from perennial.conditions.tree import Compare, walk
from perennial.foundation.sql import execute, fetch
from perennial.objects.belonging import moves_of
from perennial.objects.columns import model_columns
from perennial.objects.fields import Field
from perennial.objects.record_fields import FACT, fact_of, field_of
from perennial.objects.schema import KindSchema
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType, object_types
from perennial.rules.facts.checking import condition_on
from perennial.rules.facts.models import MadeFact
from perennial.rules.facts.options import EventOptions, RecordOptions, options_of

_PREFIX = "rules_fact_"
_TABLES = {"INSERT": "NEW TABLE AS made", "DELETE": "OLD TABLE AS gone",
           "UPDATE": "NEW TABLE AS made OLD TABLE AS gone"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Watch:
    """`record` is SQL over a row `t`; `matters` columns of it, as SQL. Only what `on` names leaves anything."""

    table: str
    record: str
    matters: tuple[str, ...]
    key: str = "id"
    on: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE")


def settle(facts: Sequence[MadeFact]) -> None:
    """Exactly the triggers that these facts ask for: missing ones are made, others removed. A trigger is called after
    what it does, so one that is there already is right."""
    wanted = {f"{_PREFIX}{blake2b(each.encode(), digest_size=8).hexdigest()}": each for each in _asked_for(facts)}
    there = dict(fetch("SELECT tgname::text, tgrelid::regclass::text FROM pg_trigger WHERE tgname ~ %s",
                       [f"^{_PREFIX}[0-9a-f]{{16}}$"]))  # fmt: skip
    for name in there.keys() - wanted.keys():
        execute(f'DROP TRIGGER "{name}" ON {there[name]}')
    for name in wanted.keys() - there.keys():
        execute(wanted[name].format(name=name))


def _asked_for(facts: Sequence[MadeFact]) -> list[str]:
    """Facts that watch the same share a trigger."""
    groups: dict[tuple[Watch, str], list[int]] = {}
    for fact in facts:
        for watch in watches_of(fact):
            for verb in watch.on:
                groups.setdefault((replace(watch, on=()), verb), []).append(fact.pk)
    return [_statement(watch, verb, sorted(ids)) for (watch, verb), ids in groups.items()]


def _statement(watch: Watch, verb: str, ids: Sequence[int]) -> str:
    given = (",".join(map(str, ids)), watch.record, ", ".join(watch.matters), f't."{watch.key}"')
    arguments = ", ".join(_literal(each) for each in given)
    return (
        f'CREATE TRIGGER "{{name}}" AFTER {verb} ON "{watch.table}" REFERENCING {_TABLES[verb]}'
        f" FOR EACH STATEMENT EXECUTE FUNCTION rules_owe_fact({arguments})"
    )


def watches_of(fact: MadeFact) -> list[Watch]:
    """New and vanished records always; the rest by the form."""
    kind = object_types[fact.object_key]
    options = options_of(fact.form, fact.options)
    own = Watch(kind.table, 't."id"', _columns(kind, ()), on=("INSERT", "UPDATE"))
    match options:
        case EventOptions():
            moves = [Watch(each.table, f't."{each.column}"', (f't."{each.column}"', *_dying(each.has_deleted)),
                           on=("UPDATE",)) for each in moves_of(kind.key)]  # fmt: skip
            return [own, *moves]
        case RecordOptions():
            return [own, _related(options)]
    return _named_in_formula(kind, fact)


def _related(options: RecordOptions) -> Watch:
    source_key, _slash, through = options.relation.partition("/")
    source = object_types[source_key]
    condition = condition_on(options.where, KindSchema(source))
    asked = [node.field for _depth, node in walk(condition) if isinstance(node, Compare)]
    keys = dict.fromkeys([through, options.dated_by, *([options.of] if options.of else []), *asked])
    declared = field_of(source, through)
    assert declared is not None
    return Watch(source.table, sql_of(declared, "t"), _columns(source, list(keys)))


def _named_in_formula(kind: ObjectType, fact: MadeFact) -> list[Watch]:
    fields = [key for _kind, key in fact.rests_on if not key.startswith(FACT)]
    told: dict[tuple[str, str], list[str]] = {}
    for _kind, key in fact.rests_on:
        found = fact_of(kind, key) if key.startswith(FACT) else None
        if found is not None and found.table != kind.table:
            told.setdefault((found.table, found.id_column), []).append(f't."{found.column}"')
        elif found is not None:
            fields.append(found.column)
    own = Watch(kind.table, 't."id"', _columns(kind, fields), on=("INSERT", "UPDATE"))
    return [own, *(Watch(table, f't."{id}"', tuple(columns), key=id) for (table, id), columns in told.items())]


def _columns(kind: ObjectType, keys: Sequence[str]) -> tuple[str, ...]:
    """SQL of fields in a row `t`, and of whether it is there at all."""
    columns = model_columns(kind.model)
    found = []
    for key in keys:
        declared: Field | None = field_of(kind, key)
        found.append(sql_of(declared, "t") if declared is not None else f't."{key}"')
    return (*_dying("deleted_at" in columns), *(('t."kind"',) if "kind" in columns else ()), *found)


def _dying(has_deleted: bool) -> tuple[str, ...]:
    return ('t."deleted_at"',) if has_deleted else ()


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''").replace("{", "{{").replace("}", "}}") + "'"
