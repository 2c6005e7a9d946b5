"""What may be asked of the customers of a small shop, as the guide asks it."""

from __future__ import annotations

from collections.abc import Iterable

from perennial.conditions import ColumnType, EventInfo, FieldInfo, RelationInfo, Schema
from perennial.foundation.errors import Text

T = ColumnType
PROPERTIES = {"total": FieldInfo("total", "Total", T.MONEY), "channel": FieldInfo("channel", "Channel", T.TEXT)}
ORDER = {**PROPERTIES, "placed_at": FieldInfo("placed_at", "Placed", T.MOMENT)}
TASK = {"done_at": FieldInfo("done_at", "Done at", T.MOMENT)}
COUNTRIES = (("FI", "Finland"), ("SE", "Sweden"))
STAGES = (("reach", "Reach"), ("retention", "Retention"), ("loyalty", "Loyalty"))


class Orders(Schema):
    def field(self, key: str) -> FieldInfo | None:
        return ORDER.get(key)

    def fields(self) -> Iterable[FieldInfo]:
        return ORDER.values()


class Tasks(Schema):
    def field(self, key: str) -> FieldInfo | None:
        return TASK.get(key)

    def fields(self) -> Iterable[FieldInfo]:
        return TASK.values()

    def adjectives(self) -> Iterable[tuple[Text, str]]:
        return (("Open", "done_at is empty"),)


RELATIONS = (
    RelationInfo("commerce.order.customer", "Orders", Orders(), "Order", "placed_at"),
    RelationInfo("customers.task.customer", "Tasks", Tasks(), "Task"),
)


class Customers(Schema):
    infos = (
        FieldInfo("name", "Name", T.TEXT), FieldInfo("email", "Email", T.TEXT),
        FieldInfo("country", "Country", T.TEXT, named=lambda: COUNTRIES),
        FieldInfo("stage", "Stage", T.CHOICE, STAGES), FieldInfo("spent", "Spent", T.MONEY),
        FieldInfo("is_sample", "Sample", T.FLAG), FieldInfo("tags", "Tags", T.LIST),
        FieldInfo("crew", "Crew", T.REFS), FieldInfo("opens", "Opens", T.TIME),
        FieldInfo("owner", "Owner", T.MEMBER), FieldInfo("created_at", "Created", T.MOMENT),
        FieldInfo("company.country", "Company: Country", T.TEXT),
        FieldInfo("fact:commerce.order_count", "Orders", T.WHOLE),
    )  # fmt: skip
    happenings = {"commerce.order_placed": "ordered", "Page Viewed": "Page viewed"}

    def field(self, key: str) -> FieldInfo | None:
        return next((info for info in self.infos if info.key == key), None)

    def event(self, key: str) -> EventInfo | None:
        return EventInfo(key, self.happenings[key], PROPERTIES) if key in self.happenings else None

    def relation(self, key: str) -> RelationInfo | None:
        return next((each for each in RELATIONS if each.key == key), None)

    def segment(self, key: str) -> str | None:
        return "Very important" if key == "vip" else None

    def change(self, key: str) -> FieldInfo | None:
        return self.field(key)

    def fields(self) -> Iterable[FieldInfo]:
        return self.infos

    def events(self) -> Iterable[EventInfo]:
        return (EventInfo(key, label, PROPERTIES) for key, label in self.happenings.items())

    def relations(self) -> Iterable[RelationInfo]:
        return RELATIONS

    def segments(self) -> Iterable[tuple[str, Text]]:
        return (("vip", "Very important"),)

    def adjectives(self) -> Iterable[tuple[Text, str]]:
        return (("Mine", "owner is me"),)
