"""One thing found while looking at a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from perennial.foundation.errors import Text

What = Literal["leak", "suspect", "identifier", "constant", "blank", "few_outcomes", "one_outcome", "simple_only",
               "same_rows", "unripe", "outcomes", "kept"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """`column` is the key it is about, "" where it is about all rows. What is `left_out` is not learnt from; what
    `stops` means that nothing can be learnt at all."""

    what: What
    sentence: Text
    column: str = ""
    label: str = ""
    left_out: bool = False
    stops: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"what": self.what, "column": self.label or self.column, "sentence": str(self.sentence),
                "left_out": self.left_out, "stops": self.stops}  # fmt: skip
