"""The `Metric` contract: a number that is defined once, and the same wherever it is shown.

register_metric(Metric(
    "commerce.revenue", _("Revenue"), Flow(ORDERS, Flowing.SUM, "base_total"), Shown.MONEY,
    _("What was ordered less what came back, at the rates of the day."), dimensions=("country", "channel"),
))
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from perennial.metrics.expressions import Expression
from perennial.metrics.grain import Grain
from perennial.objects.fields.protocol import Label


class Shown(StrEnum):
    """How a number is written."""

    NUMBER = "number"
    MONEY = "money"  # in the firm's currency
    PERCENT = "percent"  # 0.25 is 25 %
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Metric:
    """`definition` is the sentence that answers "what is this number?". `dimensions` are fields of the source, or
    dotted ones of whom it counts for ("customer.country"). `is_good` says whether more is better; None where
    neither is."""

    key: str
    label: Label
    expression: Expression
    shown: Shown
    definition: Label
    dimensions: tuple[str, ...] = ()
    grain: Grain = Grain.MONTH
    is_good: bool | None = True
    version: int = 1
    owner_id: int | None = None

    @property
    def is_made(self) -> bool:
        """Whether users made it."""
        return self.key.startswith(MADE)


MADE = "made."
_declared: dict[str, Metric] = {}


def register_metric(metric: Metric) -> Metric:
    """Declare from `apps.ready()`. Refuses a key that is taken and one without its room's name in front."""
    if metric.key in _declared and _declared[metric.key] != metric:
        raise ValueError(f"The metric {metric.key} is declared twice.")
    if "." not in metric.key or metric.is_made:
        raise ValueError(f"A metric's key is room.name, not {metric.key}.")
    _declared[metric.key] = metric
    return metric


def declared_metrics() -> Iterator[Metric]:
    return iter(list(_declared.values()))


def declared_metric(key: str) -> Metric | None:
    return _declared.get(key)
