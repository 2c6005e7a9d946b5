"""The `Outcome` contract: what may happen to a record next, declared by the room in which it happens."""

from __future__ import annotations

from dataclasses import dataclass

from perennial.objects.fields import Label


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that may happen to a record next: an event of a type. `is_good` says whether one hopes for it;
    None where nobody has said."""

    key: str
    label: Label
    object_keys: tuple[str, ...]
    event: str
    is_good: bool | None = None


outcomes: dict[str, Outcome] = {}


def register_outcome(declared: Outcome) -> Outcome:
    """Declare from `apps.ready()`; refuses a key that is taken."""
    if outcomes.get(declared.key, declared) != declared:
        raise ValueError(f"The outcome {declared.key} is declared twice.")
    outcomes[declared.key] = declared
    return declared
