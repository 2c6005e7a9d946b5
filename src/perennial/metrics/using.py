"""Which metrics rest on a field, a kind or a segment: asked before it is retired."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from perennial.conditions.tree import Compare, Condition, InSegment, Tally, walk_all
from perennial.metrics.contract import Metric
from perennial.metrics.dimensions import kind_of_whom
from perennial.metrics.expressions import Age, Events, Flow, Plain, Records, Standing, kind_of, parts_of, source_of
from perennial.metrics.making import all_metrics
from perennial.metrics.reading import may_see
from perennial.objects.made.uses import Use, register_uses
from perennial.rules.models import Segment
from perennial.rules.using import register_segment_uses, unnamed
from perennial.workspace.actor import Actor

WHAT = _("Metric")


def metrics_naming(object_key: str, field: str = "") -> list[Metric]:
    """Those that count records of the kind, or by the field of it."""
    return [each for each in all_metrics() if any(_rests_on(part, each, object_key, field)
                                                  for part in parts_of(each.expression))]  # fmt: skip


def _rests_on(part: Plain, metric: Metric, object_key: str, field: str) -> bool:
    whom = kind_of_whom(part).key
    if not field:
        return object_key in (kind_of(part), whom)
    if kind_of(part) == object_key and field in set(_fields(part, metric)):
        return True
    dotted = {each.partition(".")[2] for each in metric.dimensions if "." in each}
    return whom == object_key and field in dotted


def _fields(part: Plain, metric: Metric) -> Iterator[str]:
    source = source_of(part)
    if isinstance(source, Events) or isinstance(part, Standing):  # properties, not fields
        return
    yield from (each for each in metric.dimensions if "." not in each)
    if isinstance(source, Records):
        yield from (source.at, source.of)
    if isinstance(part, Flow):
        yield part.value
    if isinstance(part, Age):
        yield part.since
    yield from _named(_where(part))


def _where(part: Plain) -> Condition | None:
    source = source_of(part)
    return source.where if source is not None else part.where if isinstance(part, Age) else None


def _named(where: Condition | None) -> Iterator[str]:
    for _depth, node in walk_all(where) if where is not None else ():
        if isinstance(node, Compare | Tally):
            yield node.field


def _by_metrics(object_key: str, field: str) -> list[Use]:
    return [Use(WHAT, str(each.label), f"/metrics/{each.key}/") for each in metrics_naming(object_key, field)]


def _of_segment(segment: Segment, by: Actor) -> list[Use]:
    return [
        Use(WHAT, str(each.label), f"/metrics/{each.key}/") if may_see(each, by) else unnamed(WHAT)
        for each in all_metrics()
        if any(isinstance(node, InSegment) and node.segment == segment.key
               for part in parts_of(each.expression) if (where := _where(part)) is not None
               for _depth, node in walk_all(where))
    ]  # fmt: skip


register_uses(_by_metrics)
register_segment_uses(_of_segment)
