"""Ready mappings: what the columns of another product's exports are. Rooms whose kinds they fill keep them as files.

A file is JSON: `vendor` and `what` as people call them, the `kind`, `columns` (heading → field, by any of the spellings
that the product uses), `known_by` (lists of headings, any one of which, whole, tells such a file) and `options`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from perennial.objects.importing.headings import same


@dataclass(frozen=True, slots=True)
class Preset:
    """`columns` by heading without case and signs."""

    key: str
    vendor: str
    what: str
    kind: str
    columns: Mapping[str, str]
    known_by: tuple[frozenset[str], ...]
    options: Mapping[str, str] = field(default_factory=dict)

    def mapping(self, headings: Sequence[str]) -> dict[str, int]:
        """Field → column. Where several columns are the same field, the one that the file names first is it."""
        found: dict[str, int] = {}
        places = {same(heading): place for place, heading in reversed(list(enumerate(headings)))}
        for heading, key in self.columns.items():
            if heading in places:
                found.setdefault(key, places[heading])
        return found


presets: dict[str, Preset] = {}


def register_presets(folder: Path) -> None:
    """Every file of a folder. Refuses a key that is taken."""
    for path in sorted(folder.glob("*.json")):
        if path.stem in presets:
            raise ValueError(f"The ready mapping {path.stem} is declared twice.")
        data = json.loads(path.read_text(encoding="utf-8"))
        columns = {same(heading): key for heading, key in data["columns"].items()}
        known_by = tuple(frozenset(map(same, headings)) for headings in data["known_by"])
        presets[path.stem] = Preset(
            path.stem, data["vendor"], data["what"], data["kind"], columns, known_by, data.get("options", {})
        )


def presets_of(kind_key: str) -> list[Preset]:
    return [each for each in presets.values() if each.kind == kind_key]


def recognised(kind_key: str, headings: Sequence[str]) -> Preset | None:
    """The one that such a file most likely is: known by the most headings."""
    there = frozenset(map(same, headings))
    fitting = [
        (len(known), each) for each in presets_of(kind_key) for known in each.known_by if known and known <= there
    ]
    return max(fitting, key=lambda pair: (pair[0], pair[1].key))[1] if fitting else None
