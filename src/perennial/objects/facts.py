"""The `Fact` contract: a named value over events and records, declared once, used as column, filter and sentence.

A fact has one source of truth. Its stored form is an indexed, typed column of a table of the room that declares it,
one row a record, kept current for the records touched; what moves with the calendar stores the instant of the move.
The display form is made when it is shown ("61 days" from the stored instant).

    register_fact(Fact("room.visits", "room.boat", _("Visits"), WholeType(), "room_boat_facts", "visits",
                       _("How many visits there were."), id_column="boat_id", rests_on=(("room.visit", "at"),)))

The column needs an index that begins with it and ends with the record's id, so that lists are sorted by it. Facts that
users make (`rules.facts`) are declared in the same way, each with a table of its own, and nothing downstream can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from perennial.conditions.tree import TRUE, Condition
from perennial.objects.fields.protocol import FieldType, Label
from perennial.objects.past import Past

MADE = "made."  # how the keys of facts begin that users made
How = Literal["count", "sum", "average", "least", "greatest", "first", "last", "first_at", "last_at"]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One value made of many: of events of a type (`event`), or of the records whose field refers to this one
    (`relation`, "commerce.order/customer"), where a condition holds on each, within the last so many days.

    `of` is the property or field that is added up, compared or taken; `dated_by` the field that says when a record
    counts. First and last go by time; the sum and the count of nothing are 0, all else is empty.
    """

    how: How
    event: str = ""
    relation: str = ""
    of: str = ""
    where: Condition = TRUE
    within_days: int | None = None
    dated_by: str = "created_at"


@dataclass(frozen=True, slots=True)
class Formula:
    """Computed from fields and facts of the record itself, by `objects.formulas`."""

    text: str
    places: int = 2


@dataclass(frozen=True, slots=True)
class Fact:
    """`object_key` is the kind it is about (see `ObjectType.facts_key`); `id_column` of `table` holds that record's id.

    `definition` is the sentence that answers "what is this number?". `sentence` says the value about somebody, with
    {value}: "ordered {value} times". `rests_on` names the fields it is computed from, as (object key, field): whoever
    may not read one of them may not read the fact; a field of "" means the kind of thing itself.

    `made_of` is the definition as data, where it is an aggregate or a formula. `flips` names the column of the same
    table that holds when the passing of time alone will change the value; what never moves by itself has none.
    `past` tells what it was at an instant (`objects.past`); without one it can only be asked as it is now.
    """

    key: str
    object_key: str
    label: Label
    type: FieldType
    table: str
    column: str
    definition: Label
    sentence: Label = ""
    id_column: str = "customer_id"
    rests_on: tuple[tuple[str, str], ...] = ()
    made_of: Aggregate | Formula | None = None
    flips: str = ""
    past: Past | None = None


class _Facts(dict[str, Fact]):
    """What users make comes and goes while other threads walk through: they walk through a copy."""

    def __iter__(self) -> Iterator[str]:
        return iter(list(super().__iter__()))

    def values(self) -> list[Fact]:  # type: ignore[override]
        return list(super().values())


facts: dict[str, Fact] = _Facts()
kinds_rested_on: set[str] = set()  # kinds without a right on which some fact cannot be read


def register_fact(declared: Fact) -> Fact:
    """Refuses a key that is taken, and one that users' facts begin with."""
    if declared.key in facts:
        raise ValueError(f"The fact {declared.key} is declared twice.")
    if declared.key.startswith(MADE):
        raise ValueError(f"Facts of users begin with {MADE}; call {declared.key} after its room.")
    facts[declared.key] = declared
    _note_kinds()
    return declared


def put_made_facts(made: list[Fact]) -> None:
    """In place of the facts that users had made before: what they have made now. For `rules.facts` alone."""
    now = {each.key: each for each in made}
    for key in facts:
        if key.startswith(MADE) and key not in now:
            facts.pop(key, None)
    facts.update(now)
    _note_kinds()


def _note_kinds() -> None:
    found = {kind for fact in facts.values() for kind, field in fact.rests_on if not field}
    kinds_rested_on.difference_update(kinds_rested_on - found)
    kinds_rested_on.update(found)


def facts_about(object_key: str) -> list[Fact]:
    return [fact for fact in facts.values() if fact.object_key == object_key]
