"""What is asked of a file, and the refusals that say what to do instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from perennial.foundation.errors import Refused

if TYPE_CHECKING:
    import pyarrow as pa

_SHOWN = 12


class CannotLearn(Refused):
    code = "cannot_learn"


@dataclass(frozen=True, slots=True)
class Question:
    """`positive` is the value that means it happened; without one the label is a yes or no, or a number to be told.
    `ignored` are columns that are not to be learnt from, `kept` those that somebody vouches for."""

    label: str
    positive: str = ""
    time: str = ""
    value: str = ""
    group: str = ""
    ignored: Sequence[str] = ()
    kept: Sequence[str] = ()

    def checked(self, table: pa.Table) -> None:
        for name in (self.label, self.time, self.value, self.group, *self.ignored, *self.kept):
            if name and name not in table.column_names:
                raise CannotLearn(_("There is no column “%(name)s” in the file. There are: %(columns)s.") % {
                    "name": name, "columns": ", ".join(table.column_names)})  # fmt: skip
        if not table.num_rows:
            raise CannotLearn(_("There is no row in the file below the headings."))


def listed(values: Sequence[str]) -> str:
    return ", ".join(values[:_SHOWN]) + (" …" if len(values) > _SHOWN else "")
