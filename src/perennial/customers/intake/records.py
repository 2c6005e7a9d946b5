"""Writing the people and companies that a group of calls is about: created, or changed where something is new.

Set-based throughout: one statement reads and locks the records concerned, one changes them, one makes the new ones,
however many they are. Every record gets its row in the change log, and what else creation entails (`slots`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import IntegrityError

from perennial.customers import slots
from perennial.customers.intake.calls import Call
from perennial.customers.objects import COMPANY, PERSON
from perennial.foundation import clock
from perennial.foundation.sql import copy_rows, fetch_dicts, json
from perennial.objects.types import Written
from perennial.objects.writing.storing import insert_rows, search_values, update_rows
from perennial.timeline.record import CHANGE_COLUMNS
from perennial.workspace.actor import Actor
from perennial.workspace.rights import NOTHING

_COLUMNS = {  # of what traits can say: the column of each field
    **{key: key for key in ("name", "email", "phone", "first_name", "last_name")}, "company": "company_id",
    **{key: key for key in ("domain", "industry", "country", "city", "external_id")},
}  # fmt: skip
_KIND = {"person": PERSON, "company": COMPANY}


@dataclass(slots=True, eq=False)
class Draft:
    """What a group of calls says about one customer; the last word on each field counts.

    `missing` is only written where the record says nothing yet (it comes from history); `id` is None until made.
    """

    kind: str
    call: Call
    cause: uuid.UUID
    id: int | None = None
    external_id: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, Any] = field(default_factory=dict)
    company: Draft | None = None

    def say(self, fields: Mapping[str, Any], call: Call, cause: uuid.UUID) -> None:
        self.call, self.cause = call, cause
        if call.sender.is_history:
            self.missing = {**fields, **self.missing} if self.id is None else {**self.missing, **fields}
        else:
            self.fields |= fields

    @property
    def actor(self) -> Actor:
        return Actor("key", self.call.sender.key_id, self.call.sender.source, rights=NOTHING)


def create(drafts: Sequence[Draft], ids: Sequence[int]) -> None:
    """Make new customers under ids that were drawn for them."""
    if not drafts:
        return
    for draft, id in zip(drafts, ids, strict=True):
        draft.id = id
        draft.fields = {**draft.missing, **draft.fields, "external_id": draft.external_id}
    for draft in drafts:  # now that companies have their numbers
        draft.fields["company"] = draft.company.id if draft.company else None
        draft.fields["name"] = _name(draft.fields) or _placeholder(draft)
    for kind in (COMPANY, PERSON):
        theirs = [draft for draft in drafts if _KIND[draft.kind] is kind]
        numbers = [draft.id or 0 for draft in theirs]
        if theirs and len(insert_rows(kind, numbers, [draft.fields for draft in theirs], kind.fixed)) < len(theirs):
            raise IntegrityError("Somebody else has just made a customer with the same external id.")
    written = {id: Written(id, _filled(draft.fields)) for draft, id in zip(drafts, ids, strict=True)}
    _log((draft, "create", written[draft.id or 0].values) for draft in drafts)
    _follow(drafts, written, is_new=True)


def change(drafts: Sequence[Draft]) -> None:
    """Write what is new about customers who exist. Deleted ones stay as they are."""
    if not drafts:
        return
    columns = ", ".join(f"{column} AS {key}" for key, column in _COLUMNS.items())
    rows = {row["id"]: row for row in fetch_dicts(
        f"SELECT id, kind, {columns} FROM customers_customer"
        " WHERE id = ANY(%s) AND deleted_at IS NULL ORDER BY id FOR NO KEY UPDATE",
        [[draft.id for draft in drafts]],
    )}  # fmt: skip
    changed: list[Draft] = []
    written: dict[int, Written] = {}
    for draft in drafts:
        row = rows.get(draft.id or 0)
        if row is not None and row["kind"] == draft.kind:
            new = _changed(draft, row)
            old = {key: row[key] for key in _COLUMNS if row[key] != new[key]}
            if old:
                changed.append(draft)
                written[row["id"]] = Written(row["id"], {key: new[key] for key in _COLUMNS}, old)
    for kind in (COMPANY, PERSON):
        update_rows(kind, {
            draft.id or 0: {_COLUMNS[key]: value for key, value in values.items()} | search_values(kind, values)
            for draft in changed
            if _KIND[draft.kind] is kind and (values := written[draft.id or 0].values)
        })  # fmt: skip
    _log((draft, "update", {key: [old, written[draft.id or 0].values[key]]
                            for key, old in written[draft.id or 0].old.items()}) for draft in changed)  # fmt: skip
    _follow(changed, written, is_new=False)


def _changed(draft: Draft, row: dict[str, Any]) -> dict[str, Any]:
    """The record as it should be. A name made of the number gives way to the first better one."""
    said = dict(draft.fields)
    if draft.company is not None and not (draft.call.sender.is_history and row["company"] is not None):
        said["company"] = draft.company.id
    said = {key: value for key, value in draft.missing.items() if row[key] is None} | said
    if draft.external_id and row["external_id"] is None:
        said["external_id"] = draft.external_id
    new = row | said
    if "name" not in said:
        is_unnamed = row["name"] in (row["external_id"], row["email"])
        if is_unnamed or not {"first_name", "last_name"}.isdisjoint(said):
            new["name"] = _name(new | {"name": None}) or row["name"]
    return new


def _name(fields: Mapping[str, Any]) -> str | None:
    """The name, or the one that the parts make, or the address."""
    parts = " ".join(filter(None, (fields.get("first_name"), fields.get("last_name"))))
    return fields.get("name") or parts[:300] or fields.get("email")


def _placeholder(draft: Draft) -> str:
    return draft.external_id or draft.fields.get("phone") or draft.fields.get("domain") or draft.call.user_id or "?"


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}


def _log(changes: Iterable[tuple[Draft, str, Mapping[str, Any]]]) -> None:
    now = clock.now()
    copy_rows("timeline_change", CHANGE_COLUMNS, (
        (draft.call.occurred_at if draft.call.sender.is_history else now, now, f"customers.{draft.kind}", draft.id,
         kind, json(dict(values)), draft.actor.log_name, f"customers.{draft.call.kind}", draft.cause, None)
        for draft, kind, values in changes
    ))  # fmt: skip


def _follow(drafts: Sequence[Draft], written: Mapping[int, Written], *, is_new: bool) -> None:
    """What creating or changing entails, for the drafts of each key and kind together."""
    ordered = sorted(drafts, key=lambda draft: (draft.kind, draft.call.sender.key_id))
    for (kind, _), group in groupby(ordered, key=lambda draft: (draft.kind, draft.call.sender.key_id)):
        members = list(group)
        if kind == "person":
            follow = slots.person_created if is_new else slots.person_updated
        else:
            follow = slots.company_created if is_new else slots.company_updated
        follow([written[id] for id in map(attrgetter("id"), members)], members[0].actor, members[0].cause)
