"""Writing the people and companies that a group of calls is about: created, or changed where something is new.

Set-based throughout: one statement reads and locks the records concerned, one changes them, one makes the new ones,
however many they are. Every record gets its row in the change log, and what else creation entails (`slots`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from perennial.customers import slots
from perennial.customers.intake.calls import Call
from perennial.customers.objects import COMPANY, PERSON
from perennial.foundation import clock
from perennial.foundation.sql import copy_rows, execute, fetch_dicts, json
from perennial.foundation.text import fold, grams
from perennial.foundation.text import sort_key as sort_key_of
from perennial.objects.types import Written
from perennial.timeline.record import CHANGE_COLUMNS
from perennial.workspace.actor import Actor
from perennial.workspace.rights import NOTHING

_COLUMNS = (
    "name", "email", "phone", "first_name", "last_name", "company_id", "domain", "industry", "country", "city",
    "external_id",
)  # fmt: skip
_TYPES = {"company_id": "bigint"}
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
    now = clock.now()
    for draft, id in zip(drafts, ids, strict=True):
        draft.id = id
        draft.fields = draft.missing | draft.fields
        draft.fields["external_id"] = draft.external_id
    for draft in drafts:  # now that companies have their numbers
        draft.fields["company_id"] = draft.company.id if draft.company else None
        draft.fields["name"] = _name(draft.fields) or _placeholder(draft)
    copy_rows(
        "customers_customer",
        ("id", "kind", *_COLUMNS, "sort_key", "folded", "grams", "version", "is_sample", "custom", "created_at",
         "updated_at"),
        (
            (draft.id, draft.kind, *(draft.fields.get(column) for column in _COLUMNS),
             *_searched(draft.kind, draft.fields), 1, False, json({}), now, now)
            for draft in sorted(drafts, key=lambda draft: draft.kind)  # companies first, whom people refer to
        ),
    )  # fmt: skip
    _log(((draft, "create", _spoken(draft.fields)) for draft in drafts), now=now)
    written = {id: Written(id, _spoken(draft.fields)) for draft, id in zip(drafts, ids, strict=True)}
    _follow(drafts, written, is_new=True)


def change(drafts: Sequence[Draft]) -> None:
    """Write what is new about customers who exist. Deleted ones stay as they are."""
    if not drafts:
        return
    now = clock.now()
    rows = {row["id"]: row for row in fetch_dicts(
        f"SELECT id, kind, {', '.join(_COLUMNS)} FROM customers_customer"
        " WHERE id = ANY(%s) AND deleted_at IS NULL ORDER BY id FOR NO KEY UPDATE",
        [[draft.id for draft in drafts]],
    )}  # fmt: skip
    changed: list[tuple[Draft, dict[str, Any]]] = []
    diffs: dict[int, dict[str, list[Any]]] = {}
    for draft in drafts:
        row = rows.get(draft.id or 0)
        new = _changed(draft, row) if row and row["kind"] == draft.kind else row
        if row and new and new != row:
            changed.append((draft, new))
            diffs[row["id"]] = {key: [row[key], new[key]] for key in _COLUMNS if row[key] != new[key]}
    if not changed:
        return
    columns = ("id", *_COLUMNS, "sort_key", "folded")
    values = [(new["id"], *(new[key] for key in _COLUMNS), *_searched(draft.kind, new)) for draft, new in changed]
    execute(
        f"UPDATE customers_customer c SET {', '.join(f'{key} = new.{key}' for key in columns[1:])},"
        " grams = new.grams::int[], version = c.version + 1, updated_at = %s FROM unnest("
        + ", ".join(f"%s::{'bigint' if key == 'id' else _TYPES.get(key, 'text')}[]" for key in columns)
        + f", %s::text[]) AS new ({', '.join(columns)}, grams) WHERE c.id = new.id",
        [now, *([row[place] for row in values] for place in range(len(columns))),
         ["{" + ",".join(map(str, row[-1])) + "}" for row in values]],
    )  # fmt: skip
    _log(((draft, "update", _keyed(diffs[new["id"]])) for draft, new in changed), now=now)
    _follow(
        [draft for draft, _ in changed],
        {new["id"]: Written(new["id"], _keyed(new), _keyed({key: old for key, (old, _) in diffs[new["id"]].items()}))
         for _, new in changed},
        is_new=False,
    )  # fmt: skip


def _changed(draft: Draft, row: dict[str, Any]) -> dict[str, Any]:
    """The record as it should be. A name made of the number gives way to the first better one."""
    said = dict(draft.fields)
    if draft.company is not None and not (draft.call.sender.is_history and row["company_id"] is not None):
        said["company_id"] = draft.company.id
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


def _searched(kind: str, fields: Mapping[str, Any]) -> tuple[str, str, list[int]]:
    """sort_key, folded, grams: as the object type says."""
    folded = fold(" ".join(str(fields[key]) for key in _KIND[kind].search if fields.get(key)))
    return sort_key_of(str(fields["name"])), folded, grams(folded)


def _spoken(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A whole new record, without what is empty."""
    return {key: value for key, value in _keyed(fields).items() if value is not None}


def _keyed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Columns by the keys of the object type."""
    return {"company" if key == "company_id" else key: value for key, value in fields.items() if key != "id"}


def _log(changes: Iterable[tuple[Draft, str, Mapping[str, Any]]], *, now: datetime) -> None:
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
