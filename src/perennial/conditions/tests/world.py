"""A little world in which every field type, NULL, tie and letter occurs: rows and all that belongs to them.

Rows have events by way of profiles (two may be merged into one row; some events come late or lie in the future),
related records (`orders` name one row, `groups` several; both have events and orders of their own), stays in segments
and changes. Instants lie around the days on which clocks change and months end. `reference` answers about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any as Anything
from zoneinfo import ZoneInfo

from perennial.conditions.calendar import start_of_day
from perennial.conditions.resolver import Me
from perennial.conditions.schema import ColumnType, EventInfo, FieldInfo, RelationInfo, Schema
from perennial.conditions.windows import months_before

ZONE = ZoneInfo("Europe/Helsinki")
ME = Me(user_id=1, team_ids=(1, 2), teammate_ids=(1, 2))
NOW = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)  # in Helsinki already the next day, after the clocks went forward

T = ColumnType
FIELDS = {
    "name": T.TEXT, "orders": T.WHOLE, "ratio": T.NUMBER, "spent": T.MONEY, "is_sample": T.FLAG, "seen_at": T.MOMENT,
    "born_on": T.DAY, "stage": T.CHOICE, "owner": T.MEMBER, "team": T.TEAM, "company": T.REF, "tags": T.LIST,
    "crew": T.REFS, "opens": T.TIME,
}  # fmt: skip
PROPERTIES = {"total": T.MONEY, "channel": T.TEXT, "shipped_at": T.MOMENT, "is_gift": T.FLAG}
EVENTS = ("placed", "Page Viewed")
RELATED = {"total": T.MONEY, "state": T.CHOICE, "due_on": T.DAY, "owner": T.MEMBER, "tags": T.LIST}
RELATIONS = ("orders", "groups")
SEGMENTS = ("vip", "Quiet ones")
CHOICES = (("retention", "Retention"), ("reach", "Reach"))


_DAYS = [date(2026, 3, 30) + timedelta(days=shift) for shift in range(-4, 2)]
_EDGES = (
    [NOW + timedelta(days=shift) for shift in range(-4, 2)]
    + [start_of_day(day, ZONE) for day in _DAYS]
    + [NOW - timedelta(hours=hours) for hours in (1, 3, 24, 72)]
    + [months_before(NOW, months, ZONE) for months in (1, 2, 5)]
    + [datetime(2025, 10, 26, hour, 30, tzinfo=UTC) for hour in (0, 1)]  # the hour that comes twice in Helsinki
    + [datetime(2026, 3, 26, 1, 30, tzinfo=UTC), datetime(2026, 2, 28, 22, 30, tzinfo=UTC)]
)
_CENTS = [Decimal(cents) / 100 for cents in (-250, -1, 0, 1, 10, 99, 100, 101, 250)]
POOLS: dict[ColumnType, list[Anything]] = {
    T.TEXT: ["", "a", "A", "ab", "ÉAb", "éa", "Жа", "аж", "ң", "%", "_", "'", "\\", " ", "a%b", "😀"],
    T.WHOLE: [-2, -1, 0, 1, 2, 3], T.NUMBER: _CENTS, T.MONEY: _CENTS, T.FLAG: [True, False],
    T.MOMENT: [edge + timedelta(microseconds=shift) for edge in _EDGES for shift in (-1, 0, 1)],
    T.DAY: _DAYS, T.CHOICE: [key for key, _ in CHOICES], T.MEMBER: [1, 2, 3], T.TEAM: [1, 2, 3], T.REF: [1, 2, 3],
    T.LIST: [[], ["a"], ["a", "b"], ["ж", ""], ["b"]], T.REFS: [[], [1], [1, 2], [3, 2]],
    T.TIME: ["00:00", "09:05", "09:30", "10:00", "23:59"],
}  # fmt: skip


class WorldSchema(Schema):
    def field(self, key: str) -> FieldInfo | None:
        return info(key, FIELDS.get(key))

    def event(self, key: str) -> EventInfo | None:
        infos = {name: FieldInfo(name, name.capitalize(), type) for name, type in PROPERTIES.items()}
        return EventInfo(key, {"placed": "ordered"}.get(key, key), infos) if key in EVENTS else None

    def relation(self, key: str) -> RelationInfo | None:
        return RelationInfo(key, key.capitalize(), RelatedSchema()) if key in RELATIONS else None

    def segment(self, key: str) -> str | None:
        return key if key in SEGMENTS else None

    def change(self, key: str) -> FieldInfo | None:
        return self.field(key)


class RelatedSchema(WorldSchema):
    """Of orders and groups: they have events and orders too."""

    def field(self, key: str) -> FieldInfo | None:
        return info(key, RELATED.get(key))

    def relation(self, key: str) -> RelationInfo | None:
        return RelationInfo(key, key.capitalize(), RelatedSchema()) if key == "orders" else None


def info(key: str, type: ColumnType | None) -> FieldInfo | None:
    choices = CHOICES if type is T.CHOICE else ()
    return FieldInfo(key, key.replace("_", " ").capitalize(), type, choices) if type else None


SCHEMA = WorldSchema()


@dataclass(frozen=True)
class Happened:
    """`of` is "r" for events of rows, which come by a profile, "orders" or "groups" for those of related records."""

    id: int
    of: str
    record: int
    type: str
    at: datetime
    properties: dict[str, Anything]


@dataclass(frozen=True)
class Row:
    id: int
    as_of: datetime
    values: dict[str, Anything] = field(default_factory=dict)


@dataclass(frozen=True)
class Related:
    """`of` is what it refers to ("r", "orders", "groups"), `records` whom."""

    id: int
    relation: str
    of: str
    records: list[int]
    since: datetime
    values: dict[str, Anything]


@dataclass(frozen=True)
class Stay:
    segment: str
    of: str
    record: int
    entered_at: datetime
    left_at: datetime | None


@dataclass(frozen=True)
class Change:
    """A row of the change log: old and new values by field."""

    id: int
    of: str
    record: int
    at: datetime
    values: dict[str, tuple[Anything, Anything]]


@dataclass(frozen=True)
class World:
    """`whose` says which row a profile belongs to."""

    rows: list[Row]
    whose: dict[int, int]
    events: list[Happened]
    related: list[Related]
    stays: list[Stay]
    changes: list[Change]

    def now(self) -> World:
        """The same, with every row asked about at one instant."""
        return replace(self, rows=[replace(row, as_of=NOW) for row in self.rows])


def world(seed: int, *, rows: int, events: int, related: int = 0) -> World:
    """Full of edges: one value in six is missing, many events of a record fall on one instant."""
    random = Random(seed)
    kinds = {"r": rows, "orders": related, "groups": related // 4}

    def some(types: dict[str, ColumnType]) -> dict[str, Anything]:
        return {key: random.choice(POOLS[type]) if random.random() > 1 / 6 else None for key, type in types.items()}

    def moment() -> datetime:
        return random.choice(POOLS[T.MOMENT])

    def of() -> str:
        return random.choice(("r", "r", "r", "orders", "groups")) if related else "r"

    def one(of: str) -> int:
        return random.randint(1, kinds[of])

    def stay() -> Stay:
        entered, left = sorted((moment(), moment()))
        where = of()
        return Stay(random.choice(SEGMENTS), where, one(where), entered, left if random.random() > 1 / 3 else None)

    def change(id: int) -> Change:
        where = of()
        types = FIELDS if where == "r" else RELATED
        changed = random.sample(sorted(types), random.randint(1, 3))
        pairs = zip(*(some({key: types[key] for key in changed}).items() for _ in "ab"), strict=True)
        return Change(id, where, one(where), moment(), {key: (old, new) for (key, old), (_, new) in pairs})

    def a_related(id: int, relation: str) -> Related:
        refers = "groups" if relation == "orders" and random.random() < 1 / 3 else "r"
        if relation == "orders" and random.random() < 1 / 4:
            refers = "orders"
        many = random.randint(0, 3) if relation == "groups" else 1
        records = list(dict.fromkeys(one(refers) for _ in range(many)))
        return Related(id, relation, refers, records, moment(), some(RELATED))

    profiles = rows + rows // 4
    whose = {profile: profile if profile <= rows else random.randint(1, rows) for profile in range(1, profiles + 1)}
    happened = []
    for id in range(1, events + 1):
        where = of()
        record = random.randint(1, profiles) if where == "r" else one(where)
        happened.append(Happened(id, where, record, random.choice(EVENTS), moment(), some(PROPERTIES)))
    return World(
        rows=[Row(id, moment(), some(FIELDS)) for id in range(1, rows + 1)],
        whose=whose,
        events=happened,
        related=[a_related(id, key) for key in RELATIONS for id in range(1, kinds[key] + 1)],
        stays=[stay() for _ in range(related)],
        changes=[change(id) for id in range(1, 3 * related + 1)],
    )
