"""Training sets: who was in the population at past instants, what was known of them then, and what came of it.

Everything is asked of the lake as of the instant, set-based; the outcome as of the end of the horizon, which lies in
the past as well. Where there are more rows than are needed, the same records are drawn each time: by their ids alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from perennial.foresight.learning.dataset import Dataset
from perennial.foresight.training.features import had_outcome, known_then, labels, utc
from perennial.foundation.libraries import on_demand
from perennial.metrics.predictions import Prediction

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from perennial.lake.reader import Lake
else:
    np, pa = on_demand("numpy"), on_demand("pyarrow", "pyarrow.compute")

MOST_ROWS = 200_000
LEAST_AT_ONCE = 30  # records; an instant with fewer tells of the firm's beginnings, not of its customers
_MIX = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """`ids` are the records, row by row; `instants` those that told of anybody, the latest first."""

    dataset: Dataset
    ids: Any
    instants: tuple[datetime, ...]

    @property
    def time(self) -> Any:
        """The instant of each row."""
        return self.dataset.time

    def at(self, instant: datetime) -> TrainingSet:
        return self._rows(np.flatnonzero(self.time == np.datetime64(utc(instant))))

    def until(self, instant: datetime) -> TrainingSet:
        """The rows of instants up to this one."""
        return self._rows(np.flatnonzero(self.time <= np.datetime64(utc(instant))))

    @property
    def fingerprint(self) -> str:
        """Of everything that is learnt from: the same data, the same mark."""
        mark = hashlib.sha256()
        for part in (self.ids, self.dataset.outcome, self.time.astype(np.int64)):
            mark.update(np.ascontiguousarray(part).tobytes())
        for name in self.dataset.features.column_names:
            column = self.dataset.features.column(name).combine_chunks()
            plain = column.dictionary_encode() if pa.types.is_string(column.type) else None
            mark.update(name.encode())
            if plain is not None:
                mark.update("\0".join(str(each) for each in plain.dictionary.to_pylist()).encode())
                column = plain.indices
            values = column.cast(pa.float64()).fill_null(float("nan")).to_numpy(zero_copy_only=False)
            mark.update(np.ascontiguousarray(values).tobytes())
        return mark.hexdigest()

    def _rows(self, places: Any) -> TrainingSet:
        dataset = self.dataset.rows(places)
        there = {each.item() for each in np.unique(self.time[places])}
        return TrainingSet(dataset, self.ids[places], tuple(each for each in self.instants if utc(each) in there))


def training_set(lake: Lake, prediction: Prediction, asked: Sequence[datetime], *, days: int) -> TrainingSet | None:
    """None where nobody was in the population at any of the instants, or too few. An instant that has not a horizon of
    history before it is left out: of what one has only begun to keep, everything looks like a beginning."""
    first = _first(lake)
    found = [
        part
        for instant in asked
        if instant - timedelta(days=days) >= first
        and (part := _at(lake, prediction, instant, days, len(asked))) is not None
    ]
    if not found:
        return None
    features = pa.concat_tables([each[1] for each in found])
    ids = features.column("id").to_numpy()
    features = features.drop_columns(["id"])
    time = np.concatenate([np.full(len(each[1]), np.datetime64(utc(each[0]), "us")) for each in found])
    value = None
    if prediction.value:
        value = np.nan_to_num(features.column(prediction.value).to_numpy().astype(np.float64))
    dataset = Dataset(
        features, np.concatenate([each[2] for each in found]), str(prediction.question).format(days=days),
        labels(prediction, prediction.features), time, value, groups=ids,
    )  # fmt: skip
    return TrainingSet(dataset, ids, tuple(each[0] for each in found))


def _first(lake: Lake) -> datetime:
    """When the earliest event was."""
    found = lake.answer(lake.table("events").occurred_at.min())
    return datetime.max.replace(tzinfo=UTC) if found is None else found.astimezone(UTC)


def _at(
    lake: Lake, prediction: Prediction, instant: datetime, days: int, parts: int
) -> tuple[datetime, pa.Table, Any] | None:  # fmt: skip
    known = known_then(lake, prediction, instant, days)
    if len(known) < LEAST_AT_ONCE:
        return None
    known = known.filter(pa.array(_drawn(known.column("id").to_numpy(), MOST_ROWS // parts)))
    had = had_outcome(lake, prediction, instant + timedelta(days=days), days)
    return instant, known, np.isin(known.column("id").to_numpy(), had, assume_unique=True)


def _drawn(ids: Any, most: int) -> Any:
    """A mask of about so many, each record by a hash of its id."""
    if len(ids) <= most:
        return np.ones(len(ids), bool)
    with np.errstate(over="ignore"):
        mixed = ids.astype(np.uint64) * np.uint64(_MIX)
        mixed ^= mixed >> np.uint64(32)
        mixed *= np.uint64(_MIX)
    return mixed < np.uint64(int(most / len(ids) * 2**64))
