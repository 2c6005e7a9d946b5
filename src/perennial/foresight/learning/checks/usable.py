"""Columns from which nothing general can be learnt: always the same, always blank, or another for every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from perennial.foresight.learning.checks.finding import Finding
from perennial.foresight.learning.dataset import Dataset, kind_of
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = on_demand("pyarrow", "pyarrow.compute")

_MOSTLY_DISTINCT = 0.7
_LEAST_ROWS = 40


def unusable(dataset: Dataset, key: str) -> Finding | None:
    column, label = dataset.features[key], dataset.label(key)
    distinct = pa.compute.count_distinct(column, mode="only_valid").as_py()
    if not distinct:
        sentence = _("“%(column)s” is blank everywhere.") % {"column": label}
        return Finding("blank", sentence, key, label, left_out=True)
    if distinct == 1 and not column.null_count:
        sentence = _("“%(column)s” is the same in every row.") % {"column": label}
        return Finding("constant", sentence, key, label, left_out=True)
    filled = len(column) - column.null_count
    if kind_of(column) == "category" and distinct > _MOSTLY_DISTINCT * filled and filled >= _LEAST_ROWS:
        sentence = _("“%(column)s” names rows and does not describe them: hardly two have the same.") % {
            "column": label
        }
        return Finding("identifier", sentence, key, label, left_out=True)
    return None
