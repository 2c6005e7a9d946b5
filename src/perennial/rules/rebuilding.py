"""Comparing what is kept of memberships with what the rules say now, and making it so."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from perennial.conditions import ConditionError, check
from perennial.conditions.jsonform import from_json
from perennial.foundation.sql import execute, fetch
from perennial.objects.schema import schema_of
from perennial.objects.types import object_types
from perennial.rules.evaluating import fitting
from perennial.rules.everybody import ask_for_sweep
from perennial.rules.index import live_conditions
from perennial.rules.live import catch_up
from perennial.rules.sweeping import sweep_until_done

_MOST = 100  # differences that are told one by one
CAUSE = "rebuild"


@dataclass(frozen=True, slots=True)
class WrongStay:
    """A record that is kept as a member and is none, or the other way round."""

    segment: str
    record_id: int
    is_kept: bool


@dataclass(slots=True)
class CheckedStays:
    segments: int = 0
    different: int = 0
    differences: list[WrongStay] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)  # segments whose rule cannot be asked any more

    @property
    def is_same(self) -> bool:
        return not self.different


def settle() -> None:
    """Do all that live work and sweeps have still to do."""
    while sweep_until_done() + catch_up():
        pass


def check_stays() -> CheckedStays:
    """Ask everybody anew beside what is kept. Changes nothing, except that live work is first brought to its end."""
    settle()
    found = CheckedStays()
    for segment, condition in live_conditions():
        kind = object_types.get(segment.object_key)
        found.segments += 1
        try:
            if kind is None:
                raise ConditionError(_("There is no such object any more."))
            asked = fitting(kind, check(from_json(condition), schema_of(kind)))
        except ConditionError:
            found.troubles.append(segment.key)
            continue
        rows = fetch(
            f"WITH fits AS MATERIALIZED ({asked.text}), kept AS (SELECT record_id AS id FROM rules_stay"
            " WHERE segment_id = %s AND left_at IS NULL) SELECT coalesce(k.id, f.id), k.id IS NOT NULL"
            " FROM fits f FULL JOIN kept k ON k.id = f.id WHERE f.id IS NULL OR k.id IS NULL ORDER BY 1",
            (*asked.params, segment.pk),
        )
        found.different += len(rows)
        for record_id, is_kept in rows[: max(0, _MOST - len(found.differences))]:
            found.differences.append(WrongStay(segment.key, record_id, is_kept))
    return found


def rebuild_stays() -> int:
    """Look at everybody for every live segment; how many were looked at for. What differs is told as it is found."""
    with transaction.atomic():
        execute("UPDATE rules_mark SET version = version + 1")
        live = [segment.pk for segment, _condition in live_conditions()]
        ask_for_sweep(live, cause=CAUSE)
    settle()
    return len(live)
