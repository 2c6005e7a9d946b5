"""Whom the rows of a source count for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from perennial.conditions.errors import ConditionError
from perennial.metrics.expressions import Events, Source
from perennial.objects.fields import RefType
from perennial.objects.record_fields import field_of
from perennial.objects.types import ObjectType, object_types


def kind_counted(source: Source) -> ObjectType:
    """The kind of the records that the rows count for, which a rule is asked of."""
    kind = object_types[source.kind]
    if isinstance(source, Events) or not source.of:
        return kind
    declared = field_of(kind, source.of)
    if declared is None or not isinstance(declared.type, RefType):
        raise ConditionError(_("There is no field “%(field)s” here.") % {"field": source.of[:80]})
    return object_types[declared.type.object_key]
