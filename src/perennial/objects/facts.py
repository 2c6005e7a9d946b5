"""The `Fact` contract: a named value over events and records, declared once, used as column, filter and sentence.

A fact has one source of truth. Its stored form is an indexed, typed column of a table of the room that declares it,
one row a record, kept current for the records touched; what moves with the calendar stores the instant of the move.
The display form is made when it is shown ("61 days" from the stored instant).
"""

from __future__ import annotations

from dataclasses import dataclass

from perennial.objects.fields.protocol import FieldType, Label


@dataclass(frozen=True, slots=True)
class Fact:
    """`object_key` is the kind it is about (see `ObjectType.facts_key`); `id_column` of `table` holds that record's id.

    `definition` is the sentence that answers "what is this number?". `sentence` says the value about somebody, with
    {value}: "ordered {value} times". `rests_on` names the fields it is computed from, as (object key, field): whoever
    may not read one of them may not read the fact.
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


facts: dict[str, Fact] = {}


def register_fact(declared: Fact) -> Fact:
    """Refuses a key that is taken."""
    if declared.key in facts:
        raise ValueError(f"The fact {declared.key} is declared twice.")
    facts[declared.key] = declared
    return declared


def facts_about(object_key: str) -> list[Fact]:
    return [fact for fact in facts.values() if fact.object_key == object_key]
