"""The page in front of an archive: what is in it, of which versions, and by what one knows that it is whole."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation

from perennial.objects.everything.layout import Column, Table
from perennial.objects.record_fields import fields_of
from perennial.objects.types import ObjectType, object_types


@dataclass(frozen=True, slots=True)
class Part:
    """A table in the archive. `digest` is that of its rows (`layout.rows_and_digest`), `sha256` that of the file."""

    file: str
    rows: int
    digest: str
    sha256: str
    columns: tuple[Column, ...]
    secrets: tuple[str, ...] = ()

    def table(self, name: str) -> Table:
        return Table(name, self.columns, self.secrets)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`migrations` is the state of every room's tables; `sequences` the next number of each; `consumers` who reads the
    logs; `files` the sha256 of each file that records hold; `kinds` what the tables mean to people."""

    format: int
    perennial: str
    made_at: str
    database: str
    migrations: dict[str, list[str]]
    tables: dict[str, Part]
    left_out: dict[str, str]
    sequences: dict[str, int]
    consumers: list[list[str]]
    files: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Manifest:
        parts = {
            name: Part(**{**part, "columns": tuple(Column(**each) for each in part["columns"]),
                          "secrets": tuple(part["secrets"])})
            for name, part in data["tables"].items()
        }  # fmt: skip
        return cls(**{**data, "tables": parts})


def own_version() -> str:
    return version("perennial")


def migrations_here() -> dict[str, list[str]]:
    """Which migrations have run, by room."""
    found: dict[str, list[str]] = {}
    for app, name in MigrationRecorder.Migration.objects.order_by("app", "name").values_list("app", "name"):
        found.setdefault(app, []).append(name)
    return found


def kinds_here() -> dict[str, Any]:
    """What each kind is called, and where its fields stand: a column, or a key in the JSON of the column `custom`."""
    with translation.override("en"):
        return {key: _told(kind) for key, kind in sorted(object_types.items())}


def _told(kind: ObjectType) -> dict[str, Any]:
    return {
        "label": str(kind.label),
        "label_plural": str(kind.label_plural),
        "table": kind.table,
        "rows": dict(kind.fixed),
        "fields": [
            {
                "key": each.key,
                "label": str(each.label),
                "type": each.type.look,
                "column": f"custom->>'{each.key}'" if each.is_custom else each.sql_column,
            }
            for each in fields_of(kind)
            if each.expression is None
        ],
    }
