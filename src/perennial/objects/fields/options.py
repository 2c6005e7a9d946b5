"""What every constructor of a field takes besides what is its type's own."""

from __future__ import annotations

from typing import Any, TypedDict

from perennial.objects.fields.protocol import Label


class Options(TypedDict, total=False):
    """The parts of `Field`; see there."""

    required: bool
    readonly: bool
    column: str
    help: Label
    aliases: tuple[str, ...]
    default: Any
    is_sortable: bool
    is_personal: bool
    rests_on: tuple[tuple[str, str], ...]
