"""What a model makes of each column over all rows: how much, and which way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from perennial.foresight.learning.checks.checking import sampled
from perennial.foresight.learning.dataset import Dataset, kind_of
from perennial.foresight.learning.encoding.categories import OTHER, CategoryCoding, texts_of
from perennial.foresight.learning.encoding.dates import days_of, times_of
from perennial.foresight.learning.encoding.numbers import values_of
from perennial.foresight.learning.model import Model
from perennial.foresight.learning.report import Used
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

_SEEN = 5_000
_LEAST_ROWS = 20
_COMMON = 0.03  # of the rows have a value, before it is proposed
_LEAST_SHARE = 0.002
_ONE_WAY = 0.5  # correlation from which on "more raises it" is true enough
_FEW_LEVELS = (2, 8)


def used(model: Model, dataset: Dataset) -> list[Used]:
    """The columns by how much of what is told comes from them."""
    seen = sampled(dataset, _SEEN, 1)
    parts = model.parts(seen.features, seen.time)
    weight = np.abs(parts - parts.mean(axis=0)).mean(axis=0)
    share = weight / max(float(weight.sum()), 1e-12)
    ranked = np.argsort(-share, kind="stable")
    return [
        Used(model.labels[key], float(share[place]), direction(seen, key, parts[:, place]))
        for place in ranked if share[place] >= _LEAST_SHARE and (key := model.encoding.keys[place])
    ]  # fmt: skip


def best_group(dataset: Dataset, model: Model | None) -> tuple[str, NDArray[Any] | None]:
    """The groups by which a report is told when nobody names any: the first choice among the columns that matter."""
    for key in model.encoding.keys if model else ():
        coding = CategoryCoding.of(key, dataset.features[key]) if kind_of(dataset.features[key]) == "category" else None
        if coding and _FEW_LEVELS[0] <= len(coding.levels) <= _FEW_LEVELS[1]:
            names = np.array([*coding.levels, OTHER], object)
            return dataset.label(key), names[coding.codes(dataset.features[key])].astype(str)
    return "", None


def others(model: Model, dataset: Dataset) -> dict[str, tuple[Any, Any]]:
    """For each choice, flag and number the value that lowers the score most, and the one that raises it most."""
    seen = sampled(dataset, _SEEN, 1)
    parts, found = model.parts(seen.features, seen.time), {}
    for place, key in enumerate(model.encoding.keys):
        column = seen.features[key]
        if kind_of(column) in ("category", "flag"):
            known = texts_of(column).to_numpy(zero_copy_only=False).astype(str)
            steps, values = known, [(each, each) for each in np.unique(known) if each]
        elif kind_of(column) == "number":
            numbers = values_of(column)
            edges = np.unique(np.nanquantile(numbers, (0.1, 0.25, 0.5, 0.75, 0.9)))
            steps = np.where(
                np.isnan(numbers), -1, np.searchsorted(edges, numbers, side="left").clip(0, len(edges) - 1)
            )
            values = [(number, float(edge)) for number, edge in enumerate(edges)]
        else:
            continue
        least = max(_LEAST_ROWS, _COMMON * len(seen))
        told = [(float(parts[steps == step, place].mean()), order, value) for order, (step, value) in enumerate(values)
                if (steps == step).sum() >= least]  # fmt: skip
        if len(told) > 1:
            found[key] = _plain(min(told)[2]), _plain(max(told)[2])
    return found


def _plain(value: Any) -> Any:
    return value if isinstance(value, float) else str(value)


def direction(dataset: Dataset, key: str, parts: Floats) -> str:
    column = dataset.features[key]
    kind = kind_of(column)
    if kind == "text":
        return _("by the words in it")
    if kind in ("number", "date"):
        values = values_of(column) if kind == "number" else days_of(times_of(column), dataset.time)
        is_known = ~np.isnan(values)
        along = _correlation(values[is_known], parts[is_known])
        if along > _ONE_WAY:
            return _("more raises it") if kind == "number" else _("later raises it")
        if along < -_ONE_WAY:
            return _("more lowers it") if kind == "number" else _("later lowers it")
        return _("up and down")
    coding = CategoryCoding.of(key, column)
    if coding is None:
        return ""
    codes = coding.codes(column)
    levels = [(float(parts[codes == place].mean()), level) for place, level in enumerate(coding.levels)
              if (codes == place).sum() >= _LEAST_ROWS]  # fmt: skip
    if len(levels) < 2:
        return ""
    names = {"high": max(levels)[1] or _("(blank)"), "low": min(levels)[1] or _("(blank)")}
    return _("“%(high)s” raises it most, “%(low)s” lowers it most") % names


def _correlation(values: Floats, parts: Floats) -> float:
    """Of the ranks."""
    if len(values) < _LEAST_ROWS or not values.std() or not parts.std():
        return 0.0
    ranks = [np.argsort(np.argsort(each, kind="stable"), kind="stable") for each in (values, parts)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
