"""The rules that hold now, and what wakes each: built from the segments whenever one of them has changed.

Rules stand in levels: one that asks for members of another stands above it, and is looked at after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from perennial.conditions import Condition, ConditionError, check
from perennial.conditions.jsonform import from_json
from perennial.objects.made.catalogue import built_version
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType, object_types
from perennial.rules.models import Segment, SegmentVersion
from perennial.rules.wakes import Awake, Wake, awake, family


@dataclass(frozen=True, slots=True)
class Rule:
    """A live dynamic segment, ready to be asked."""

    id: int
    key: str
    name: str
    kind: ObjectType
    number: int
    condition: Condition
    awake: Awake
    level: int = 0

    @property
    def definition(self) -> str:
        """What derived events carry."""
        return f"{self.key}@{self.number}"


Woken = list[tuple[int, Wake]]


@dataclass(slots=True)
class Index:
    """By what it is that happened: the rules (by id) that it may change, with the way to their records."""

    version: tuple[int, int | None]
    rules: dict[int, Rule] = field(default_factory=dict)
    events: dict[str, Woken] = field(default_factory=lambda: defaultdict(list))
    records: dict[str, Woken] = field(default_factory=lambda: defaultdict(list))
    tables: dict[str, Woken] = field(default_factory=lambda: defaultdict(list))
    segments: dict[str, Woken] = field(default_factory=lambda: defaultdict(list))
    troubles: dict[int, str] = field(default_factory=dict)


def build(version: int) -> Index:
    """From what stands in the database. A rule that can no longer be asked is left out, and its trouble noted."""
    index = Index((version, built_version()))
    for segment, condition in live_conditions():
        kind = object_types.get(segment.object_key)
        try:
            if kind is None:
                raise ConditionError(_("There is no such object any more."))
            read = check(from_json(condition), schema_of(kind))
            rule = Rule(segment.pk, segment.key, segment.name, kind, segment.number, read, awake(read, kind))
        except ConditionError as error:
            index.troubles[segment.pk] = str(error)
            continue
        index.rules[rule.id] = rule
    _put_in_levels(index)
    for rule in index.rules.values():
        for wake in rule.awake.wakes:
            _enter(index, rule, wake)
    return index


def live_conditions() -> list[tuple[Segment, Mapping[str, object]]]:
    """The live dynamic segments with what they ask now."""
    segments = {each.pk: each for each in Segment.objects.filter(state=Segment.State.LIVE, is_static=False)}
    versions = SegmentVersion.objects.filter(segment_id__in=segments)
    return [
        (segments[each.segment_id], each.condition)
        for each in versions
        if segments[each.segment_id].number == each.number
    ]


def levels_of(inner: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """How deep each segment stands above those it asks for; what is in a circle has no level."""
    levels: dict[str, int] = {}
    waiting = {key: set(others) & set(inner) for key, others in inner.items()}
    while ready := [key for key, others in waiting.items() if others <= levels.keys()]:
        for key in ready:
            levels[key] = 1 + max((levels[other] for other in waiting.pop(key)), default=-1)
    return levels


def _put_in_levels(index: Index) -> None:
    levels = levels_of({rule.key: rule.awake.segments for rule in index.rules.values()})
    for rule in list(index.rules.values()):
        if rule.key not in levels:
            index.troubles[rule.id] = str(_("This segment asks for itself, by way of others."))
            del index.rules[rule.id]
        elif levels[rule.key]:
            index.rules[rule.id] = Rule(
                rule.id, rule.key, rule.name, rule.kind, rule.number, rule.condition, rule.awake, levels[rule.key]
            )


def _enter(index: Index, rule: Rule, wake: Wake) -> None:
    match wake.source:
        case "event":
            index.events[wake.key].append((rule.id, wake))
        case "table":
            index.tables[wake.key].append((rule.id, wake))
        case "segment":
            index.segments[wake.key].append((rule.id, wake))
        case "record":
            kind = object_types.get(wake.object_key)
            for key in family(kind) if kind is not None else ():
                index.records[key].append((rule.id, wake))


class _Kept:
    index: Index | None = None


def index_of(version: int) -> Index:
    """The index of this version of the rules, and of the definitions of fields as this process has them."""
    if _Kept.index is None or _Kept.index.version != (version, built_version()):
        _Kept.index = build(version)
    return _Kept.index


def forget_index() -> None:
    """Between tests, whose databases begin again with the same version."""
    _Kept.index = None
