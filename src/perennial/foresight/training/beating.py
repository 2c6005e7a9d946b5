"""The simple rule a manager would use, and whether a model beats it on what came later than all it learnt from.

The rule sorts by one feature. For figures beside a model's it is made into chances: ten parts of the past, each with
the share of outcomes it had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from perennial.foresight.learning.measuring.marks import area
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
else:
    np, pa = on_demand("numpy"), on_demand("pyarrow", "pyarrow.compute")

PARTS = 10
_Z = 1.645  # nine of ten
_NOTHING = 1e-3


@dataclass(frozen=True, slots=True)
class Rule:
    """Chances by one feature: `shares` holds one for each part between the `edges`, last that of rows without."""

    feature: str
    edges: tuple[float, ...]
    shares: tuple[float, ...]

    def score(self, features: pa.Table) -> Any:
        values = numbers(features.column(self.feature))
        place = np.searchsorted(np.array(self.edges), values, side="right")
        return np.array(self.shares)[np.where(np.isnan(values), len(self.shares) - 1, place)]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Rule:
        return cls(data["feature"], tuple(data["edges"]), tuple(data["shares"]))


@dataclass(frozen=True, slots=True)
class Later:
    """How a model did on the latest instant, which it had not seen, beside the rule. `gain` is by how much less it is
    off (Brier), both brought to the share of that day: seasons move the level of a rule as much as that of a model."""

    instant: str
    rows: int
    rate: float
    auc: float
    rule_auc: float
    brier: float
    rule_brier: float
    bare_brier: float
    log_loss: float
    gain: float

    @property
    def is_beaten(self) -> bool:
        """Whether the rule is left behind: in order, and in how far chances are off."""
        return self.auc > self.rule_auc and self.gain > 0

    @property
    def rule_tells(self) -> bool:
        """Whether the rule says more than the bare share of the past, the same of everybody, and more than chance."""
        yes = max(1.0, self.rows * self.rate)
        no = max(1.0, self.rows - yes)
        by_chance = _Z * float(np.sqrt((self.rows + 1) / (12 * yes * no)))
        return self.rule_auc > 0.5 + by_chance and self.rule_brier < self.bare_brier


def rule_of(features: pa.Table, outcome: Any, feature: str) -> Rule:
    values = numbers(features.column(feature))
    known = ~np.isnan(values)
    cuts = np.quantile(values[known], np.linspace(0, 1, PARTS + 1)[1:-1]) if known.any() else np.array([])
    edges = np.unique(cuts)
    place = np.where(known, np.searchsorted(edges, values, side="right"), len(edges) + 1)
    usual = float(outcome.mean())
    shares = [_share(outcome[place == part], usual) for part in range(len(edges) + 2)]
    return Rule(feature, tuple(map(float, edges)), tuple(shares))


def compared(outcome: Any, chances: Any, by_rule: Any, instant: str, *, usual: float) -> Later:
    """`usual` is the share of outcomes in what was learnt from."""
    return Later(
        instant, len(outcome), float(outcome.mean()), area(outcome, chances), area(outcome, by_rule),
        float(np.mean((chances - outcome) ** 2)), float(np.mean((by_rule - outcome) ** 2)),
        float(np.mean((usual - outcome) ** 2)), _log_loss(outcome, chances),
        _off(outcome, by_rule) - _off(outcome, chances),
    )  # fmt: skip


def bands_of(outcome: Any, chances: Any) -> list[dict[str, float]]:
    """Ten parts by the chance that was stated: up to which chance, how many, what share came true, and between which
    shares it lies with nine chances of ten (Wilson)."""
    edges = np.quantile(chances, np.linspace(0, 1, min(PARTS, max(1, len(chances) // 20)) + 1)[1:], method="higher")
    cuts = np.unique(edges)  # equal chances stand in one part
    place, found = np.searchsorted(cuts, chances), []
    for number in range(len(cuts)):
        part = np.flatnonzero(place == number)
        low, high = wilson(int(outcome[part].sum()), len(part))
        found.append({"upto": float(chances[part].max()), "rows": len(part), "stated": float(chances[part].mean()),
                      "share": float(outcome[part].mean()), "low": low, "high": high})  # fmt: skip
    return found


def interval_of(chances: Any, bands: Sequence[dict[str, float]]) -> tuple[Any, Any]:
    """For each chance how far off such chances were: the interval of its band, moved to where the chance stands in it,
    and widened by what the band as a whole was off."""
    place = np.minimum(np.searchsorted([each["upto"] for each in bands], chances), len(bands) - 1)
    below, above = ([max(0.0, sign * (each["stated"] - each[side])) for each in bands]
                    for sign, side in ((1, "low"), (-1, "high")))  # fmt: skip
    low = np.clip(chances - np.array(below)[place], 0, 1)
    return low, np.clip(chances + np.array(above)[place], 0, 1)


def wilson(yes: int, rows: int) -> tuple[float, float]:
    share, z = yes / rows, _Z
    middle, half = share + z * z / (2 * rows), z * np.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return float((middle - half) / (1 + z * z / rows)), float((middle + half) / (1 + z * z / rows))


def numbers(column: pa.ChunkedArray) -> Any:
    return column.cast(pa.float64()).fill_null(float("nan")).to_numpy()


def _share(outcome: Any, usual: float) -> float:
    """Drawn a little to what is usual, as though ten more had been seen."""
    return float((outcome.sum() + 10 * usual) / (len(outcome) + 10))


def _log_loss(outcome: Any, chances: Any) -> float:
    bounded = np.clip(chances, _NOTHING, 1 - _NOTHING)
    return float(-np.mean(np.where(outcome, np.log(bounded), np.log(1 - bounded))))


def _off(outcome: Any, chances: Any) -> float:
    return float(np.mean((levelled(chances, float(outcome.mean())) - outcome) ** 2))


def levelled(chances: Any, share: float) -> Any:
    """The same order and steps of log-odds, moved so that the mean is this share."""
    bounded = np.clip(chances, _NOTHING, 1 - _NOTHING)
    odds = np.log(bounded / (1 - bounded))
    low, high = -20.0, 20.0
    for _turn in range(50):
        middle = (low + high) / 2
        if float((1 / (1 + np.exp(-odds - middle))).mean()) < share:
            low = middle
        else:
            high = middle
    return 1 / (1 + np.exp(-odds - low))
