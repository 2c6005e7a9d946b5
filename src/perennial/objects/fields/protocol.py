"""What a field type must be able to say, and the field that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise

from perennial.conditions.schema import ColumnType
from perennial.conditions.tree import Condition

Label = str | Promise


class FieldType(Protocol):
    """The whole vocabulary. A type is a frozen dataclass; register nothing, just use it in a `Field`."""

    @property
    def look(self) -> str:
        """Which cell and which input `web.kit` draws ("text", "money", "choice" …). No HTML here."""

    @property
    def column(self) -> ColumnType:
        """How conditions compare it, and how the lake types it."""

    def clean(self, value: Any) -> Any:
        """What the database stores, from JSON, from a form or from a cell of a CSV file.

        Empty text is None. Raises ValueError with a translated sentence that says what to do.
        """

    def json(self, value: Any) -> Any:
        """What the API, the change log and the export say: JSON, and what `clean` accepts again."""

    def schema(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of what `json` returns; null is added by the caller where the field is optional."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a field asks of the rest of its record, judged by the server at every write. A field that is not visible is
    not asked for. `choices_by` names another field and says, for a value of it, which choices are left."""

    visible_when: Condition | None = None
    required_when: Condition | None = None
    readonly_when: Condition | None = None
    choices_by: tuple[str, Mapping[str, tuple[str, ...]]] | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """`column` is the SQL column when it is not the key. A read-only field is set by actions and rules, not by hand.

    A field that a user made (`is_custom`) stands under its key in the record's JSON `custom`; one with an `expression`
    stands nowhere and is computed: the expression is given the alias of the row and answers with SQL without
    parameters. Ask `objects.stored.sql_of` where a field is.
    """

    key: str
    type: FieldType
    label: Label
    required: bool = False
    readonly: bool = False
    column: str = ""
    help: Label = ""
    aliases: tuple[str, ...] = ()  # headings under which files call it, folded
    default: Any = None
    is_sortable: bool = True
    is_personal: bool = False  # says something about a person: exported and erased with them
    is_custom: bool = False
    is_unique: bool = False
    rules: Rules | None = None
    expression: Callable[[str], str] | None = None
    rests_on: tuple[tuple[str, str], ...] = ()  # what it is computed from, as (object key, field): hidden with them

    @property
    def sql_column(self) -> str:
        return self.column or self.key
