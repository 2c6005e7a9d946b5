"""Every way in which somebody may learn of a record. Each answers with those of the known records that it shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

from django.test import Client

from perennial.conditions.tree import Compare, Op
from perennial.foundation.errors import Refused
from perennial.objects import query
from perennial.objects.exporting import csv_rows
from perennial.objects.history import history
from perennial.objects.record_fields import field_of
from perennial.objects.searching import find
from perennial.objects.sharing.seeing import seers_of
from perennial.objects.titles import titles_of
from perennial.objects.types import ObjectType
from perennial.objects.views.totals import totals_by
from perennial.workspace.actor import Actor
from perennial.workspace.models import User

Titles = Mapping[int, str]
Channel = Callable[[ObjectType, Actor, Titles], set[int]]


def in_the_list(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    return {row.id for row in query.select(kind, by=by, limit=500).rows}


def on_pages_of_two(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    found, after = set(), None
    while True:
        page = query.select(kind, by=by, columns=[], limit=2, after=after, sort="-id")
        found |= {row.id for row in page.rows}
        after = page.next
        if after is None:
            return found


def one_by_one(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    return {id for id in known if _works(lambda id=id: query.get(kind, id, by=by))}


def by_counting(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    """A filter is asked of each, and what it counts is believed."""
    return {id for id in known if query.estimate(kind, by=by, where=Compare("id", Op.EQ, id)).count}


def by_totals(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    found = {id: totals_by(kind, "", by=by, where=Compare("id", Op.EQ, id)) for id in known}
    return {id for id, total in found.items() if any(each.count for each in total.values())}


def by_groups(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    return {id for id in totals_by(kind, "id", by=by) if id in known}


def by_searching_the_list(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    if not kind.search:
        return in_the_list(kind, by, known)
    return {row.id for title in set(known.values()) for row in query.select(kind, by=by, search=title, limit=500).rows}


def by_searching_everything(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    if not kind.search:
        return in_the_list(kind, by, known)
    return {hit.id for title in set(known.values()) for hit in find(title, by=by, kinds=[kind], limit=100)}


def by_their_ids_elsewhere(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    """How an import, or a program that upserts, finds what is here."""
    if field_of(kind, kind.external) is None:
        return in_the_list(kind, by, known)
    found = query.by_external(kind, [f"out-{id}" for id in known], by=by)
    return set(found.values())


def by_naming_them(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    return {id for _key, id in titles_of([(kind.key, id) for id in known], by=by)}


def in_their_history(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    return {id for id in known if _works(lambda id=id: history(kind, id, by=by))}


def by_asking_who_sees_them(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    if kind.parts:
        return in_the_list(kind, by, known)
    return {id for id in known if _works(lambda id=id: seers_of(kind, id, by=by))}


def on_their_pages(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    client = Client()
    client.force_login(User.objects.get(pk=by.user_id or 0))
    return {id for id in known if client.get(f"/o/{kind.key}/{id}/").status_code == 200}


SEEING: tuple[Channel, ...] = (
    in_the_list, on_pages_of_two, one_by_one, by_counting, by_totals, by_groups, by_searching_the_list,
    by_searching_everything, by_their_ids_elsewhere, by_naming_them, in_their_history, by_asking_who_sees_them,
    on_their_pages,
)  # fmt: skip


def in_a_file(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    try:
        text = b"".join(csv_rows(kind, by=by, columns=["id"])).decode("utf-8-sig")
    except Refused:
        return set()
    return {int(row[0]) for row in list(csv.reader(io.StringIO(text)))[1:]}


def in_a_stream(kind: ObjectType, by: Actor, known: Titles) -> set[int]:
    with query.stream(kind, by=by, columns=[]) as rows:
        return {row.id for row in rows}


EXPORTING: tuple[Channel, ...] = (in_a_file, in_a_stream)


def _works(act: Callable[[], Any]) -> bool:
    try:
        act()
    except Refused:
        return False
    return True
