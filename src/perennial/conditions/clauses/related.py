"""The related records that count for a clause: those that refer to the record, that the actor may see, that match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from perennial.conditions.clauses.compare import no_field
from perennial.conditions.nearest import with_nearest
from perennial.conditions.nodes import TRUE, Condition
from perennial.conditions.resolver import RelationSource, Sql, joined
from perennial.conditions.schema import RelationInfo, Schema
from perennial.conditions.values import is_key
from perennial.foundation.errors import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from perennial.conditions.check import Checker
    from perennial.conditions.lake import LakeFrame
    from perennial.conditions.postgres import Frame


class Unknown(Schema):
    """What is known of a relation that is not there: for a sentence all the same."""


def relation_of(key: object, schema: Schema) -> RelationInfo | None:
    return schema.relation(key) if isinstance(key, str) and is_key(key) else None


def no_relation(key: object, schema: Schema) -> Text:
    sentence = _("There are no related records “%(relation)s” here.") % {"relation": str(key)[:80]}
    return with_nearest(sentence, str(key), ((each.key, each.label) for each in schema.relations()))


def named(key: str, schema: Schema) -> RelationInfo:
    return schema.relation(key) or RelationInfo(key, key, Unknown())


def check_related(where: Condition, relation: RelationInfo, checker: Checker) -> None:
    checker.inside(where, relation.schema, no_field)


def related(frame: Frame, key: str, where: Condition, field: str | None = None) -> tuple[Sql, RelationSource, Frame]:
    """FROM … WHERE … of the records that count, and the frame of questions about one of them."""
    source = frame.resolver.relation(key)
    on = frame.on(source.resolver)
    tests = [source.matches, frame.happened_by(source.since, None)]
    if where != TRUE:
        tests.append(on.boolean(where))
    if field is not None:
        on.column(field)  # so that it is joined
    test = joined(tests, " AND ", "TRUE")
    relation = source.relation()
    return Sql(f"FROM {relation.text} WHERE {test.text}", (*relation.params, *test.params)), source, on


def lake_related(frame: LakeFrame, key: str, where: Condition, field: str | None = None) -> tuple[ir.Table, LakeFrame]:
    """The records that count, as `counting` wants them, and the frame of questions about one of them."""
    source = frame.resolver.relation(key, where, (field,) if field else ())
    rows = frame.each_asked(source.table, record=source.record, at=source.since)
    on = frame.at(rows).on(source.resolver(rows))
    tests = [on.happened_by(rows[source.since], None)]
    if where != TRUE:
        tests.append(on.boolean(where))
    rows = rows.filter(tests)
    on = frame.at(rows).on(source.resolver(rows))
    columns = {"measured": on.column(field).expr} if field else {}
    if frame.by_row:
        columns["asked_at"] = rows["asked_at"]
    picked = rows.select(record=rows[source.record], at=rows[source.since], id=rows[source.id], **columns)
    return picked, on
