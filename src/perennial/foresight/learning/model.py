"""What was learnt: the codings of the columns, the estimator on them, and the line that makes its scores chances.

Kept as JSON; read back it gives the same scores to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from perennial.foresight.learning.calibrating import Line
from perennial.foresight.learning.choosing import chances_of
from perennial.foresight.learning.encoding.coding import Encoding
from perennial.foresight.learning.estimators.linear import Linear
from perennial.foresight.learning.estimators.trees import Trees
from perennial.foundation.errors import Refused
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

VERSION = 1
_CHUNK = 50_000  # rows coded at once, so that a million never stand in memory


class MissingColumns(Refused):
    code = "missing_columns"


@dataclass(frozen=True, slots=True)
class Model:
    """`half` is, for a number, half the width of the interval in which nine of ten lie. `others` are, by column, the
    values that lower and that raise a score most, among those that enough rows have."""

    encoding: Encoding
    estimator: Linear | Trees
    line: Line
    labels: Mapping[str, str]
    question: str
    is_yes_or_no: bool
    half: float = 0.0
    others: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def is_linear(self) -> bool:
        return isinstance(self.estimator, Linear)

    def score(self, features: pa.Table, at: NDArray[np.datetime64] | None = None) -> Floats:
        """Chances (or the number told), one a row, in order. `at` is needed if the model was taught with times."""
        self.require(features)
        parts = [
            self._scores(features.slice(start, _CHUNK), None if at is None else at[start : start + _CHUNK])
            for start in range(0, features.num_rows, _CHUNK)
        ]
        scores = np.concatenate(parts) if parts else np.array([])
        return chances_of(self.line(scores)) if self.is_yes_or_no else scores

    def parts(self, features: pa.Table, at: NDArray[np.datetime64] | None = None) -> Floats:
        """How much each column of the table adds to the log-odds of each row: SHAP values, summed by column."""
        self.require(features)
        made = self.estimator.parts(self.coded(features, at))
        owners = np.array([self.encoding.keys.index(key) for key in self.encoding.owners(is_linear=self.is_linear)])
        summed = np.zeros((len(made), len(self.encoding.keys)))
        for place in range(summed.shape[1]):
            summed[:, place] = made[:, owners == place].sum(axis=1)
        return summed * self.line.slope

    def coded(self, features: pa.Table, at: NDArray[np.datetime64] | None) -> NDArray[Any]:
        return self.encoding.linear(features, at) if self.is_linear else self.encoding.plain(features, at)

    def require(self, features: pa.Table) -> None:
        missing = [self.labels.get(key, key) for key in self.encoding.keys if key not in features.column_names]
        if missing:
            raise MissingColumns(_("These columns are missing, and the model needs them: %(columns)s.") % {
                "columns": ", ".join(missing)})  # fmt: skip

    def _scores(self, features: pa.Table, at: NDArray[np.datetime64] | None) -> Floats:
        return self.estimator.scores(self.coded(features, at))

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION, "encoding": self.encoding.to_json(), "is_linear": self.is_linear,
            "estimator": self.estimator.to_json(), "line": asdict(self.line), "labels": dict(self.labels),
            "question": self.question, "is_yes_or_no": self.is_yes_or_no, "half": self.half,
            "others": {key: list(pair) for key, pair in self.others.items()},
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Model:
        kind = Linear if data["is_linear"] else Trees
        return cls(
            Encoding.from_json(data["encoding"]), kind.from_json(data["estimator"]), Line(**data["line"]),
            data["labels"], data["question"], data["is_yes_or_no"], data["half"],
            {key: (pair[0], pair[1]) for key, pair in data["others"].items()},
        )  # fmt: skip
