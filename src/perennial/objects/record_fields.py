"""What every record has besides what its kind declares, so that all of them can be filtered, sorted and shown by it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from perennial.objects.facts import Fact, facts
from perennial.objects.fields import Field, Flag, Member, Moment, Team, Text, Whole
from perennial.objects.past import Past, past_of_field
from perennial.objects.types import ObjectType, Owned

FACT = "fact:"

_EVERY = (
    Whole("id", _("Number"), readonly=True, least=1, most=2**63 - 1),
    Text("external_id", _("Id in another system"), aliases=("external id", "id")),
    Moment("created_at", _("Created"), readonly=True),
    Moment("updated_at", _("Changed"), readonly=True),
    Flag("is_sample", _("Sample"), readonly=True),
)
_OWNED = (Member("owner", _("Owner")), Team("team", _("Team")))
_BY_KEY = {field.key: field for field in (*_EVERY, *_OWNED)}
_OWNED_KEYS = frozenset(field.key for field in _OWNED)


@lru_cache(maxsize=20_000)  # asked for each value that is written; a declaration never changes, it is replaced
def field_of(kind: ObjectType, key: str) -> Field | None:
    """The field a kind declares, or one that its records have anyway."""
    declared = kind.field(key)
    if declared is not None or (key in _OWNED_KEYS and not isinstance(kind.access, Owned)):
        return declared
    return _BY_KEY.get(key)


def fields_of(kind: ObjectType) -> Iterator[Field]:
    """Those declared, then the others."""
    yield from kind.fields
    declared = {field.key for field in kind.fields}
    yield from (
        field for field in (*_EVERY, *(_OWNED if isinstance(kind.access, Owned) else ())) if field.key not in declared
    )


def fact_of(kind: ObjectType, key: str) -> Fact | None:
    """The fact that "fact:room.name" means for this kind."""
    fact = facts.get(key.removeprefix(FACT)) if key.startswith(FACT) else None
    return fact if fact is not None and fact.object_key == kind.facts_key else None


def past_of(kind: ObjectType, key: str) -> Past | None:
    """How a fact, or a field that a room computes, is asked as it was; None where nothing tells of it."""
    if key.startswith(FACT):
        fact = fact_of(kind, key)
        return fact.past if fact is not None else None
    return past_of_field(kind.facts_key, key)
