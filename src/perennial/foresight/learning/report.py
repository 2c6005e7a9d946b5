"""The model card: everything that is to be known of a model before it is believed, and when it is not to be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from perennial.foresight.learning.checks.finding import Finding
from perennial.foresight.learning.measuring.curves import Tenth
from perennial.foresight.learning.measuring.intervals import Estimate
from perennial.foresight.learning.measuring.parts import Part
from perennial.foresight.learning.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Candidate:
    """`order` is the AUC, or the share of variance explained; `loss` the log-loss, or the mean square."""

    name: str
    order: float
    loss: float
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Used:
    """How much of what the model tells comes from a column, and which way it works."""

    column: str
    share: float
    direction: str


@dataclass(frozen=True, slots=True)
class Report:
    """`figures` are by name (roc_auc, pr_auc, brier, log_loss, calibration_error, lift, money_caught; for numbers
    explained, absolute_error, root_square_error), each with its 90 % interval, all from rows that were not learnt from.
    `line` is what the calibration did, empty where it was left alone. `doubts` say when not to trust it."""

    question: str
    is_yes_or_no: bool
    rows: int
    verdict: Verdict
    findings: tuple[Finding, ...]
    seed: int
    outcomes: int | None = None
    rate: float | None = None
    how_tried: str = ""
    candidates: tuple[Candidate, ...] = ()
    figures: Mapping[str, Estimate] = field(default_factory=dict)
    rule: str = ""
    line: Mapping[str, float] = field(default_factory=dict)
    tenths: tuple[Tenth, ...] = ()
    months: tuple[Part, ...] = ()
    groups: tuple[Part, ...] = ()
    group_column: str = ""
    features: tuple[Used, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def chosen(self) -> str:
        return next((each.name for each in self.candidates if each.is_chosen), "")

    def to_json(self) -> dict[str, Any]:
        """Figures that are not known are null."""
        plain: dict[str, Any] = {
            "question": self.question, "is_yes_or_no": self.is_yes_or_no, "published": self.verdict.is_published,
            "verdict": {"word": self.verdict.word, "sentence": self.verdict.sentence},
            "rows": self.rows, "outcomes": self.outcomes, "rate": self.rate, "how_tried": self.how_tried,
            "chosen": self.chosen, "rule": self.rule, "seed": self.seed,
            "findings": [each.to_json() for each in self.findings],
            "leaks": [each.label for each in self.findings if each.what == "leak"],
            "figures": {name: each.to_json() for name, each in self.figures.items()},
            "candidates": [asdict(each) for each in self.candidates], "calibration": dict(self.line),
            "tenths": [asdict(each) for each in self.tenths], "months": [asdict(each) for each in self.months],
            "groups": [asdict(each) for each in self.groups], "group_column": self.group_column,
            "features": [asdict(each) for each in self.features], "doubts": list(self.doubts),
        }  # fmt: skip
        return {key: _known(value) for key, value in plain.items()}


def _known(value: Any) -> Any:
    """JSON has no word for what is no number."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _known(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_known(each) for each in value]
    return value
