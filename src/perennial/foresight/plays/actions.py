"""What a person does about a play and some records: do it for them now, or say that it is not for them, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field

from perennial.foresight.plays.acting import act_waiting
from perennial.foresight.plays.checking import BY_HAND
from perennial.foresight.plays.enrolling import capacity_left, enrol_chosen
from perennial.foresight.plays.models import Decline, Play
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Invalid
from perennial.foundation.sql import fetch
from perennial.objects.actions import Result, Run, action
from perennial.objects.fields import Choice, Text, Whole
from perennial.objects.types import object_types
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor

_DECLINED = """
INSERT INTO foresight_decline (play_id, record_id, reason, note, by, at)
SELECT %s, r, %s, %s, %s, %s FROM unnest(%s::bigint[]) r
WHERE NOT EXISTS (SELECT 1 FROM foresight_enrolment e WHERE e.play_id = %s AND e.record_id = r)
ON CONFLICT (record_id, play_id) DO NOTHING RETURNING record_id
"""


class PlayInput(BaseModel):
    model_config = ConfigDict(extra="forbid")
    play: Annotated[int, Whole("play", gettext_lazy("Number of the play")), Field(ge=1, lt=2**63)]


class DeclineInput(PlayInput):
    reason: Annotated[
        Literal["done", "wrong_time", "not_wanted", "wrong_person", "other"],
        Choice("reason", gettext_lazy("Why is it not for them?"), Decline.Reason),
    ]
    note: Annotated[str, Text("note", gettext_lazy("What else is to be known?")), Field(max_length=400)] = ""


@action(
    "foresight.do_play", on=BY_HAND, verb="edit", label=gettext_lazy("Do this play"), icon="player-play",
    input=PlayInput, sentence=gettext_lazy("Entered the play: {count}"), can_undo=False, on_pages=False,
)  # fmt: skip
def do_play(ids: Sequence[int], data: PlayInput, *, by: Actor, run: Run) -> list[Result]:
    """They enter, as far as they are eligible; who is drawn as a control is left alone, and that is said."""
    play = _running(data.play, run)
    now = clock.now()
    left, waiting = capacity_left(play, now=now)
    if left is not None and left - waiting < len(ids):
        raise Conflict(_("This week has no place left for so many in this play."))
    entered = enrol_chosen(play, ids, now=now)
    treated = [id for id, is_control in entered.items() if not is_control]
    if treated and (acted := act_waiting(play, now=now, among=treated)).trouble:
        raise Conflict(acted.trouble)
    return [_told(id, entered) for id in ids]


def take_back(run_id: int, *, by: Actor, run: Run) -> list[Result]:
    """Undo of `decline_play`: they may enter again."""
    rows = fetch(
        "DELETE FROM foresight_decline d USING timeline_change c, foresight_play p WHERE c.run_id = %s"
        " AND d.record_id = c.record_id AND d.play_id = p.id AND c.values ? ('play:' || p.key) RETURNING d.record_id",
        [run_id],
    )
    return [Result(record_id) for (record_id,) in rows]


@action(
    "foresight.decline_play", on=BY_HAND, verb="edit", label=gettext_lazy("Not for them"), icon="thumb-down",
    input=DeclineInput, sentence=gettext_lazy("Left out of the play: {count}"), on_pages=False, undo=take_back,
)  # fmt: skip
def decline_play(ids: Sequence[int], data: DeclineInput, *, by: Actor, run: Run) -> list[Result]:
    """They do not enter any more; how often that is said makes the play's place among others worse."""
    play = _running(data.play, run)
    note = data.note.replace("\x00", "")
    left_out = {
        row[0]
        for row in fetch(
            _DECLINED, [play.pk, data.reason, note, by.log_name, clock.now(), list(ids), play.pk]
        )
    }  # fmt: skip
    log_changes(
        [Change(run.object_key or play.object_key, id, "update", {f"play:{play.key}": [None, data.reason]})
         for id in sorted(left_out)],
        actor=by.log_name, action="foresight.decline_play", cause=run.cause, run_id=run.id,
    )  # fmt: skip
    said = _("It is in this play already, or was left out of it before.")
    return [Result(id) if id in left_out else Result(id, "not_left_out", said) for id in ids]


def _running(play_id: int, run: Run) -> Play:
    """Whoever may not see the kind that a play is about does not get here: the action is run on that kind."""
    play = Play.objects.filter(pk=play_id, retired_at=None, state=Play.State.RUNNING).first()
    kind = None if play is None else object_types.get(play.object_key)
    if play is None or kind is None or (run.object_key and object_types[run.object_key].table != kind.table):
        raise Invalid({"play": _("There is no such play running for them.")})
    return play


def _told(id: int, entered: dict[int, bool]) -> Result:
    if id not in entered:
        return Result(id, "not_eligible", _("They are not eligible for this play now, or have been in it."))
    if entered[id]:
        said = _("Drawn into the control group: leave them be. Comparing with them is how the play's effect is known.")
        return Result(id, "done", said, {"is_control": True})
    return Result(id, "done", "", {"is_control": False})
