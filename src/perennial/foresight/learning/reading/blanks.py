"""Words that stand where nothing was said. A form's "Select" is no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = on_demand("pyarrow", "pyarrow.compute")

BLANKS = frozenset({
    "", "?", "-", "--", "—", ".", "n/a", "#n/a", "na", "nan", "null", "(null)", "\\n", "nil", "none", "<na>",
    "nat", "(blank)",
    "blank", "undefined", "not available", "not specified", "not provided", "not set", "select", "select...",
    "- select -",
    "--select--", "please select", "choose", "bitte wählen", "odaberite", "выберите",
})  # fmt: skip


def without_blanks(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Trimmed, one space where there were more, and null where nothing is said."""
    compute = pa.compute
    trimmed = compute.utf8_trim_whitespace(column)
    is_blank = compute.is_in(compute.utf8_lower(trimmed), value_set=pa.array(sorted(BLANKS), pa.string()))
    return compute.if_else(is_blank, pa.scalar(None, pa.string()), trimmed)
