"""What the page of a metric asks: grain, from, to, apart by, among whom; read from its address, to be sent on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from perennial.conditions import ConditionError
from perennial.conditions.text import parse
from perennial.conditions.tree import TRUE, All, Condition, InSegment
from perennial.foundation.errors import Invalid
from perennial.metrics.contract import Metric
from perennial.metrics.dimensions import counted, dimensions_for
from perennial.metrics.grain import GRAIN_LABELS, Grain
from perennial.metrics.reading import Reading, read
from perennial.objects.schema import schema_of
from perennial.rules.segments import segments_of
from perennial.studio.metrics.figures import SHOWN_FIRST, back, last_full
from perennial.web.kit.pages import Input
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    grain: Grain
    first: date
    last: date
    by: str = ""
    segment: str = ""
    filter: str = ""


def asked_of(metric: Metric, sent: Mapping[str, str]) -> Asked:
    """What cannot be read is left as the metric has it."""
    told = sent.get("grain", "")
    grain = Grain(told) if told in set(Grain) else metric.grain
    last = _day(sent.get("to", "")) or last_full(grain)
    first = _day(sent.get("from", "")) or back(last, grain, SHOWN_FIRST[grain])
    return Asked(
        grain, first, last, sent.get("by", "")[:80], sent.get("segment", "")[:80], sent.get("filter", "")[:4000]
    )


def readings(metric: Metric, asked: Asked, *, by: Actor) -> list[Reading]:
    """Raises `Invalid`, by the input that is wrong."""
    return read(
        metric, by=by, first=asked.first, last=asked.last, grain=asked.grain,
        dimensions=[asked.by] if asked.by else [], rule=_rule(metric, asked, by),
    )  # fmt: skip


def inputs_of(metric: Metric, asked: Asked, errors: Mapping[str, object], *, by: Actor) -> list[Input]:
    kind = counted(metric)
    found = [
        Input("grain", _("Period"), "choice", asked.grain.value, options=list(GRAIN_LABELS.items()), is_required=True,
              error=_said(errors, "grain")),
        Input("from", _("From"), "day", asked.first.isoformat(), is_required=True, error=_said(errors, "from")),
        Input("to", _("To"), "day", asked.last.isoformat(), is_required=True, error=_said(errors, "to")),
    ]  # fmt: skip
    dimensions = [(key, info.label) for key, info in dimensions_for(metric, by=by).items()]
    if dimensions:
        found.append(Input("by", _("Apart by"), "choice", asked.by, options=dimensions, error=_said(errors, "by")))
    if kind is None:
        return found
    segments = [(each.key, each.name) for each in segments_of(by=by, object_key=kind.key)]
    if segments or "segment" in errors:
        found.append(Input("segment", _("Among the members of"), "choice", asked.segment, options=segments,
                           error=_said(errors, "segment")))  # fmt: skip
    found.append(Input("filter", _("Only of those who"), value=asked.filter, is_whole=True,
                       error=_said(errors, "filter"), placeholder='country = "KZ"'))  # fmt: skip
    return found


def _rule(metric: Metric, asked: Asked, by: Actor) -> Condition:
    kind = counted(metric)
    if kind is None or not (asked.filter.strip() or asked.segment):
        return TRUE
    rules: list[Condition] = []
    schema = schema_of(kind, by=by)
    if asked.segment:
        if schema.segment(asked.segment) is None:
            raise Invalid({"segment": _("There is no such segment.")})
        rules.append(InSegment(asked.segment))
    if asked.filter.strip():
        try:
            rules.append(parse(asked.filter, schema))
        except ConditionError as error:
            raise Invalid({"filter": str(error)}) from None
    return rules[0] if len(rules) == 1 else All(tuple(rules))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _said(errors: Mapping[str, object], name: str) -> str:
    return str(errors.get(name, ""))
