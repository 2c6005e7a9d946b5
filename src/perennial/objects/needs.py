"""The `Need` contract: someone needs someone today. Today shows the few that acting is worth most for.

A source finds the needs that this actor could see to, already limited and ordered by worth. A need that somebody put
off ("Later") stays away until the day they named, or until its reason has become another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch
from perennial.objects.fields.protocol import Label
from perennial.workspace.actor import Actor

Whose = Literal["mine", "unassigned", "all"]


@dataclass(frozen=True, slots=True)
class Act:
    """The act offered beside a need: an action by its key on the subject, or a page."""

    label: Label
    action: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """`key` says which need of this subject it is; a put-off need comes back when its `reason_key` has changed.

    `about` is the record that `name` names, (kind, id), where that is another than the one acted on: a task's customer.
    """

    key: str  # "lifecycle.quiet:4711"
    reason_key: str
    object_key: str
    record_id: int
    name: str
    reason: str
    detail: str = ""
    stage: str = ""
    standing: str = ""
    standing_text: str = ""
    worth: Decimal | None = None
    worth_against: str = ""  # what the worth is measured against: "in the last 12 months"
    due_at: datetime | None = None
    act: Act | None = None
    about: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class NeedSource:
    """`find(by, whose, limit)`: the needs most worth acting on, already limited."""

    key: str
    label: Label
    find: Callable[[Actor, Whose, int], Sequence[Need]]


need_sources: dict[str, NeedSource] = {}


def register_need_source(declared: NeedSource) -> NeedSource:
    if declared.key in need_sources:
        raise ValueError(f"The source of needs {declared.key} is declared twice.")
    need_sources[declared.key] = declared
    return declared


def needs_today(by: Actor, *, whose: Whose = "all", limit: int = 12) -> list[Need]:
    """What this actor should see to, dated ones that are due first, then by worth."""
    away = _put_off(by)
    found = [
        need
        for source in need_sources.values()
        for need in source.find(by, whose, limit + len(away))
        if away.get(need.key) != need.reason_key
    ]
    latest = datetime.max.replace(tzinfo=clock.now().tzinfo)
    return sorted(found, key=lambda need: (need.due_at or latest, -(need.worth or 0), need.key))[:limit]


def put_off(needs: Iterable[tuple[str, str]], *, until: datetime, by: Actor) -> None:
    """Leave these (key, reason_key) away from this actor's Today until then."""
    for key, reason_key in needs:
        execute(
            "INSERT INTO objects_put_off (actor, need_key, reason_key, until) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (actor, need_key) DO UPDATE SET reason_key = excluded.reason_key, until = excluded.until",
            [by.log_name, _plain(key), _plain(reason_key), until],
        )


def bring_back(key: str, *, by: Actor) -> None:
    """Undo of `put_off`."""
    execute("DELETE FROM objects_put_off WHERE actor = %s AND need_key = %s", [by.log_name, _plain(key)])


def _plain(text: str) -> str:
    """As it can be kept: keys come back from pages."""
    return text.replace("\x00", "")[:200]


def _put_off(by: Actor) -> dict[str, str]:
    return dict(
        fetch(
            "SELECT need_key, reason_key FROM objects_put_off WHERE actor = %s AND until > %s",
            [by.log_name, clock.now()],
        )
    )
