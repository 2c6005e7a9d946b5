"""A model together with how each column of a file is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from perennial.foresight.learning.model import MissingColumns, Model
from perennial.foresight.learning.reading.blanks import without_blanks
from perennial.foresight.learning.reading.columns import Reading, folded, read
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray
else:
    pa = on_demand("pyarrow")


@dataclass(frozen=True, slots=True)
class TableModel:
    """`id` is the column that names rows, "" where there is none; it comes back beside the scores."""

    model: Model
    readings: tuple[Reading, ...]
    label: str
    positive: str
    time: str
    id: str

    def typed(self, table: pa.Table) -> tuple[pa.Table, NDArray[Any] | None]:
        """The columns of another file, by their headings whatever their order, as they were read when it was learnt.

        Raises `MissingColumns`, naming them all.
        """
        places = {folded(name): name for name in reversed(table.column_names)}
        names = {each.name: each.name if each.name in table.column_names else places.get(folded(each.name))
                 for each in self.readings}  # fmt: skip
        missing = [name for name, place in names.items() if place is None]
        if missing:
            raise MissingColumns(_("These columns are missing, and the model needs them: %(columns)s.") % {
                "columns": ", ".join(missing)})  # fmt: skip
        made = {each.name: read(without_blanks(table[names[each.name]]), each) for each in self.readings}
        at = made[self.time].to_numpy(zero_copy_only=False).astype("datetime64[s]") if self.time else None
        return pa.table({key: made[key] for key in self.model.encoding.keys}), at

    def to_json(self) -> dict[str, Any]:
        return {"model": self.model.to_json(), "readings": [each.to_json() for each in self.readings],
                "label": self.label, "positive": self.positive, "time": self.time, "id": self.id}  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TableModel:
        return cls(Model.from_json(data["model"]), tuple(Reading.from_json(each) for each in data["readings"]),
                   data["label"], data["positive"], data["time"], data["id"])  # fmt: skip
