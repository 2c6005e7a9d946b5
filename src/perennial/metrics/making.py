"""Metrics that users make: made, changed under a new version, rolled back, retired and restored; each in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.ids import uuid7
from perennial.foundation.text import fold
from perennial.metrics.contract import MADE, Metric, Shown, declared_metric, declared_metrics
from perennial.metrics.dimensions import missing
from perennial.metrics.expressions import Expression
from perennial.metrics.grain import Grain
from perennial.metrics.jsonform import expression_from_json, expression_to_json
from perennial.metrics.models import MadeMetric, MadeMetricVersion
from perennial.timeline.record import Change, ChangeKind, log_changes
from perennial.workspace.actor import SYSTEM, Actor

SHAPE = "metrics.shape"
LOGGED_AS = "metrics.metric"
_LONGEST = 80


def all_metrics() -> list[Metric]:
    """Those that rooms declare, then those that users made and have not retired."""
    versions = _versions().filter(metric__retired_at=None).order_by("metric__label")
    return [*declared_metrics(), *filter(None, map(_metric, versions))]


def metric_by_key(key: str) -> Metric:
    """Raises `NotFound`."""
    found = declared_metric(key)
    if found is None:
        version = _versions().filter(metric__key=key, metric__retired_at=None).first()
        found = _metric(version) if version else None
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class MadeVersion:
    """What a metric counted under a version, as JSON."""

    number: int
    expression: Mapping[str, Any]
    dimensions: tuple[str, ...]
    made_by: str
    made_at: datetime


def versions_of(key: str) -> list[MadeVersion]:
    """The latest first; of one that a room declares there are none."""
    rows = MadeMetricVersion.objects.filter(metric__key=key).order_by("-number")
    return [MadeVersion(each.number, each.expression, tuple(each.dimensions), each.made_by, each.made_at)
            for each in rows]  # fmt: skip


def retired_metrics() -> list[MadeMetric]:
    """The latest retired first."""
    return list(MadeMetric.objects.exclude(retired_at=None).order_by("-retired_at"))


def make_metric(told: Mapping[str, Any], *, by: Actor) -> Metric:
    """`told` has label, expression, and if wanted definition, shown, grain, is_good, dimensions."""
    _allow(by)
    values, expression, dimensions = _checked(told, by)
    with transaction.atomic():
        row = MadeMetric.objects.create(key=_free_key(values["label"]), owner_id=by.user_id, **values)
        _add_version(row, expression, dimensions, by)
        _log(row, "create", {**values, "key": row.key, "expression": expression_to_json(expression)}, by)
    return _as_metric(row, expression, dimensions)


def change_metric(key: str, told: Mapping[str, Any], *, by: Actor) -> Metric:
    """Another expression or other dimensions make a new version; readings of all periods follow it."""
    _allow(by)
    with transaction.atomic():
        row = _locked(key)
        version = row.versions.get(number=row.number)
        old = {"label": row.label, "definition": row.definition, "shown": row.shown, "grain": row.grain,
               "is_good": row.is_good, "expression": version.expression, "dimensions": version.dimensions}  # fmt: skip
        values, expression, dimensions = _checked(old | dict(told), by)
        new = {**values, "expression": expression_to_json(expression), "dimensions": list(dimensions)}
        for name, value in values.items():
            setattr(row, name, value)
        if (new["expression"], new["dimensions"]) != (version.expression, version.dimensions):
            row.number += 1
            _add_version(row, expression, dimensions, by)
        row.save()
        changed = {name: [old[name], value] for name, value in new.items() if value != old[name]}
        if changed:
            _log(row, "update", changed, by)
    return _as_metric(row, expression, dimensions)


def roll_back(key: str, number: int, *, by: Actor) -> Metric:
    """A new version that counts what an old one did."""
    version = MadeMetricVersion.objects.filter(metric__key=key, number=number).first()
    if version is None:
        raise NotFound
    return change_metric(key, {"expression": version.expression, "dimensions": version.dimensions}, by=by)


def retire_metric(key: str, *, by: Actor) -> None:
    _allow(by)
    with transaction.atomic():
        row = _locked(key)
        row.retired_at = clock.real_now()
        row.save(update_fields=["retired_at"])
        _log(row, "delete", {"label": row.label}, by)


def restore_metric(key: str, *, by: Actor) -> None:
    _allow(by)
    with transaction.atomic():
        row = _locked(key, is_retired=True)
        row.retired_at = None
        row.save(update_fields=["retired_at"])
        _log(row, "restore", {"label": row.label}, by)


def _allow(by: Actor) -> None:
    if not by.may(SHAPE):
        raise Forbidden(_("Your role may look at metrics, and not make them. Ask an administrator."))


def _checked(told: Mapping[str, Any], by: Actor) -> tuple[dict[str, Any], Expression, tuple[str, ...]]:
    label = str(told.get("label") or "").strip()
    if not 0 < len(label) <= _LONGEST or not label.isprintable():
        raise Invalid({"label": _("Give it a name of at most %(most)d characters.") % {"most": _LONGEST}})
    expression = expression_from_json(told.get("expression"), by=by)
    dimensions = told.get("dimensions") or ()
    if not isinstance(dimensions, Sequence) or isinstance(dimensions, str) or len(dimensions) > 20:
        raise Invalid({"dimensions": _("Dimensions are a list of at most 20 fields.")})
    _check_dimensions(expression, [str(each) for each in dimensions], by)
    definition = str(told.get("definition") or "")[:400]
    return (
        {"label": label, "definition": definition, "shown": _word(Shown, told.get("shown", "number"), "shown"),
         "grain": _word(Grain, told.get("grain", "month"), "grain"),
         "is_good": told.get("is_good") if isinstance(told.get("is_good"), bool) else None},
        expression, tuple(str(each) for each in dimensions),
    )  # fmt: skip


def _check_dimensions(expression: Expression, dimensions: Sequence[str], by: Actor) -> None:
    """Every number of the metric can be told apart by each."""
    if key := missing(expression, dimensions, by=by):
        raise Invalid({"dimensions": _("There is no field “%(field)s” here.") % {"field": key[:80]}})


def _word(words: Any, told: object, name: str) -> str:
    if not isinstance(told, str) or told not in set(words):
        raise Invalid({name: _("Choose one of: %(words)s.") % {"words": ", ".join(words)}})
    return str(told)


def _free_key(label: str) -> str:
    """A word made of the label; keys of retired metrics stay theirs."""
    word = "_".join("".join(mark if mark.isalnum() else " " for mark in fold(label)).split())[:60] or "metric"
    taken = set(MadeMetric.objects.filter(key__startswith=f"{MADE}{word}").values_list("key", flat=True))
    key, number = f"{MADE}{word}", 1
    while key in taken:
        number += 1
        key = f"{MADE}{word}_{number}"
    return key


def _locked(key: str, *, is_retired: bool = False) -> MadeMetric:
    row = MadeMetric.objects.select_for_update().filter(key=key, retired_at__isnull=not is_retired).first()
    if row is None:
        raise NotFound
    return row


def _add_version(row: MadeMetric, expression: Expression, dimensions: Sequence[str], by: Actor) -> None:
    MadeMetricVersion.objects.create(
        metric=row, number=row.number, expression=expression_to_json(expression), dimensions=list(dimensions),
        made_by=by.log_name,
    )  # fmt: skip


def _log(row: MadeMetric, kind: ChangeKind, values: Mapping[str, Any], by: Actor) -> None:
    log_changes(
        [Change(LOGGED_AS, int(row.pk), kind, values)], actor=by.log_name, action=f"metrics.{kind}", cause=uuid7()
    )


def _versions() -> QuerySet[MadeMetricVersion]:
    """Those that hold, with what they are of."""
    return MadeMetricVersion.objects.filter(number=F("metric__number")).select_related("metric")


def _metric(version: MadeMetricVersion) -> Metric | None:
    """None where a kind or a field that it counts is gone: it comes back with them."""
    try:
        expression = expression_from_json(version.expression, by=SYSTEM)
    except Invalid:
        return None
    return _as_metric(version.metric, expression, tuple(version.dimensions))


def _as_metric(row: MadeMetric, expression: Expression, dimensions: tuple[str, ...]) -> Metric:
    return Metric(
        row.key, row.label, expression, Shown(row.shown), row.definition, dimensions, Grain(row.grain), row.is_good,
        row.number, row.owner_id,
    )  # fmt: skip
