"""The feed of changes: what became of records and definitions, in the order of commits, from where a program stopped.

`GET /changes` begins at the first change there is, `?after=latest` answers with the place where the log ends now; each
answer names the place to go on from. Only changes of transactions older than the oldest one still running are told, so
that a slow transaction is never skipped (see `timeline.consumers`); until it ends, later ones wait for it.

A key is told of the records that it may see, and of the fields that it may read. A cursor names the database it is of:
one from before a restore is refused (410), for what it skips is not what it has seen.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.conditions.tree import TRUE
from perennial.foundation.crypto import digest
from perennial.foundation.errors import Invalid, Refused
from perennial.foundation.sql import fetch, fetch_planned
from perennial.objects.access import predicate, widest_reach
from perennial.objects.field_rights import hidden, visible_values
from perennial.objects.query import allowed_ids
from perennial.objects.record_fields import field_of
from perennial.objects.types import ObjectType, object_types, type_by_path
from perennial.objects.views.changing import LOGGED_AS as VIEW
from perennial.rest.bodies import refuse_unknown, whole
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.timeline.consumers import rows_after
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

MOST = 1000  # changes of one answer
SCANNED = 5000  # rows of the log that one answer looks at, whatever of them it may tell
LATEST = "latest"
DEFINITIONS = ("objects.made_kind", "objects.made_field", "objects.term")
_COLUMNS = 'l.object_key, l.record_id, l.kind, l."values", l.actor, l.action, l.run_id, l.occurred_at, l.known_at'
_IDENTITY = (
    "SELECT (SELECT system_identifier FROM pg_control_system()), oid, pg_snapshot_xmin(pg_current_snapshot())::text"
    " FROM pg_database WHERE datname = current_database()"
)


class FeedStartedOver(Refused):
    code = "feed_started_over"
    status = 410
    sentence = _("This cursor is of another database, from before a restore. Read everything again, then follow anew.")


class Place(NamedTuple):
    """Where in the log: the last row that was looked at."""

    xid: str
    id: str


@dataclass(frozen=True, slots=True)
class Entry:
    place: Place
    object_key: str
    record_id: int
    change: str
    values: Mapping[str, Any]
    about: Mapping[str, Any]


@endpoint
def changes(request: HttpRequest, by: Actor) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD"))
    refuse_unknown(request, ("after", "limit", "kinds"))
    limit = whole(request, "limit", default=100, least=1, most=MOST)
    wanted = _kinds(request.GET.get("kinds", ""))
    system, database, oldest = fetch_planned(_IDENTITY)[0]
    mark = digest(f"{system}-{database}")[:8]
    after = request.GET.get("after", "")
    if after == LATEST:
        return answer({"data": [], "next": _cursor(mark, Place(oldest, "0")), "more": False})
    start = _place(after, mark)
    with transaction.atomic():
        rows = [_entry(row) for row in rows_after("timeline_change", _COLUMNS, *start, limit=SCANNED)]
    told = _told([each for each in rows if not wanted or each.object_key in wanted], by)
    is_cut = len(told) > limit
    data = [_as_json(each, mark, by) for each in told[:limit]]
    end = told[limit - 1].place if is_cut else rows[-1].place if rows else start
    return answer({"data": data, "next": _cursor(mark, end), "more": is_cut or len(rows) == SCANNED})


def _told(entries: Sequence[Entry], by: Actor) -> list[Entry]:
    """Those of which the key may know, in their order. One statement a kind whose records it may not see all."""
    by_kind: dict[str, set[int]] = {}
    for each in entries:
        by_kind.setdefault(each.object_key, set()).add(each.record_id)
    seen = {key: _seen(key, ids, by) for key, ids in by_kind.items()}
    return [each for each in entries if each.record_id in seen[each.object_key] and _says_something(each, by)]


def _says_something(entry: Entry, by: Actor) -> bool:
    """An update of nothing but what the key may not read is none to it."""
    kind = object_types.get(entry.object_key)
    if kind is None or entry.change != "update" or not entry.values:
        return True
    return not entry.values.keys() <= hidden(kind, by)


def _seen(object_key: str, ids: set[int], by: Actor) -> Collection[int]:
    if object_key in DEFINITIONS:  # the description of the API says as much to everybody
        return ids
    kind = object_types.get(object_key)
    if object_key == VIEW:
        rows = fetch("SELECT id FROM objects_view WHERE id = ANY(%s::bigint[]) AND audience = 'everybody'", [list(ids)])
        return {view_id for (view_id,) in rows}
    if kind is None:
        return ids if by.may("settings.manage") else ()
    if widest_reach(kind, by=by, verb="view") is Reach.NONE:
        return ()
    if predicate(kind, by=by, verb="view") == TRUE:
        return ids  # also those that are erased, of which no row is left to ask
    return allowed_ids(kind, list(ids), by=by, verb="view", with_deleted=True)


def _as_json(entry: Entry, mark: str, by: Actor) -> dict[str, Any]:
    kind = object_types.get(entry.object_key)
    values = entry.values if kind is None else _shown(kind, entry, by)
    old: Mapping[str, Any] = {}
    if entry.change in ("update", "configure") and all(map(_is_pair, values.values())):
        old, values = ({key: pair[side] for key, pair in values.items()} for side in (0, 1))
    return {
        "cursor": _cursor(mark, entry.place),
        "kind": entry.object_key if kind is None else kind.path,
        "record": entry.record_id,
        "change": entry.change,
        "values": values,
        "old": old,
        **entry.about,
    }


def _shown(kind: ObjectType, entry: Entry, by: Actor) -> Mapping[str, Any]:
    """Of a merge, and of two that are not the same, who is who; of all else the fields that the key may read, and none
    that is no field."""
    if entry.change in ("merge", "unmerge", "apart"):
        return entry.values
    named = {key: value for key, value in entry.values.items() if field_of(kind, key) is not None}
    return visible_values(kind, named, by)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _entry(row: tuple[Any, ...]) -> Entry:
    xid, id, object_key, record_id, change, values, actor, action, run_id, occurred_at, known_at = row
    about = {"actor": actor, "action": action, "run": run_id, "occurred_at": occurred_at, "known_at": known_at}
    return Entry(Place(xid, id), object_key, record_id, change, json.loads(values), about)


def _kinds(text: str) -> set[str]:
    """The keys of the kinds named by their paths; none for all."""
    found: set[str] = set()
    for path in filter(None, text.split(",")):
        kind = type_by_path(path)
        if kind is None:
            raise Invalid({"kinds": _("There is no kind %(name)s.") % {"name": path[:80]}})
        found |= {kind.key, *kind.parts}
    return found


def _cursor(mark: str, place: Place) -> str:
    return f"{mark}-{place.xid}-{place.id}"


def _place(text: str, mark: str) -> Place:
    if not text:
        return Place("0", "0")
    of, _dash, rest = text.partition("-")
    xid, _dash, id = rest.partition("-")
    if not all(each.isascii() and each.isdigit() and len(each) <= 18 for each in (xid, id)):
        raise Invalid({"after": _("This cursor is not from this feed. Begin again without one.")})
    if of != mark:
        raise FeedStartedOver
    return Place(xid, id)
