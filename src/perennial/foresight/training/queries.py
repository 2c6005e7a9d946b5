"""What pages ask: how predictions stand, what a model is worth, and what it says of one record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from perennial.foresight.training.keeping import horizon_of, in_use
from perennial.foresight.training.models import Standing, Trained
from perennial.foundation.sql import fetch
from perennial.metrics.predictions import Prediction, prediction, predictions
from perennial.objects.access import widest_reach
from perennial.objects.field_rights import hidden
from perennial.objects.query import get
from perennial.objects.record_fields import FACT
from perennial.objects.schema import column_of
from perennial.objects.types import object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


@dataclass(frozen=True, slots=True)
class Overview:
    """`used` is the version that tells, None where nothing is said of anybody; `latest` the last that was trained,
    which says why when it was refused."""

    prediction: Prediction
    days: int
    used: Trained | None
    latest: Trained | None
    stands: Standing | None

    @property
    def question(self) -> str:
        return str(self.prediction.question).format(days=self.days)


@dataclass(frozen=True, slots=True)
class Reason:
    """`weight` is what it adds to the log-odds of the outcome; `value` what the feature was, a moment as days."""

    key: str
    label: str
    weight: float
    value: Any


@dataclass(frozen=True, slots=True)
class Told:
    """Chances from 0 to 1."""

    prediction: Prediction
    chance: float
    low: float
    high: float
    reasons: tuple[Reason, ...]
    as_of: datetime | None


def overviews(*, by: Actor) -> list[Overview]:
    return [overview(each) for each in predictions() if _may_read(each, by)]


def overview(asked: Prediction) -> Overview:
    latest = Trained.objects.filter(prediction=asked.key).order_by("-version").first()
    stands = Standing.objects.filter(pk=asked.key).first()
    return Overview(asked, horizon_of(asked), in_use(asked.key), latest, stands)


def versions(key: str) -> Sequence[Trained]:
    return list(Trained.objects.filter(prediction=key).order_by("-version"))


def told_of(key: str, record_id: int, *, by: Actor) -> Told | None:
    """None where nothing is said of the record. Raises `NotFound` for one that the actor may not see."""
    asked = prediction(key)
    if asked is None or not _may_read(asked, by):
        return None
    kind = object_types[asked.object_key]
    get(kind, record_id, by=by)
    rows = fetch(
        f"SELECT score, low, high, reasons::json, (SELECT scored_for FROM foresight_standing WHERE prediction = %s)"
        f" FROM {asked.table} WHERE customer_id = %s", [key, record_id],
    )  # fmt: skip
    if not rows:
        return None
    score, low, high, reasons, as_of = rows[0]
    told = [Reason(name, _label(asked, name), float(weight), value) for name, weight, value in reasons]
    return Told(asked, float(score) / 100, float(low) / 100, float(high) / 100, tuple(told), as_of)


def _label(asked: Prediction, name: str) -> str:
    found = column_of(object_types[asked.object_key], name)
    return str(found[0]) if found is not None else name


def _may_read(asked: Prediction, by: Actor) -> bool:
    kind = object_types[asked.object_key]
    return widest_reach(kind, by=by, verb="view") is not Reach.NONE and f"{FACT}{asked.key}" not in hidden(kind, by)
