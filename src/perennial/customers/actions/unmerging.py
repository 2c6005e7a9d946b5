"""Taking a merge of customers apart again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from perennial.customers import events, identities
from perennial.customers.actions.merge_rows import (
    and_then,
    as_json,
    hide,
    locked,
    log_both,
    move_rows,
    values_of,
    write_fields,
)
from perennial.customers.actions.merging import ON
from perennial.customers.merging import mergings
from perennial.customers.models import Customer, Merge
from perennial.customers.objects import COMPANY, PERSON
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, NotFound
from perennial.objects.actions import Result, Run, action
from perennial.objects.duplicates import beside, pointing
from perennial.objects.types import ObjectType, current
from perennial.timeline.record import NewEvent, record
from perennial.workspace.actor import Actor

UNMERGE = "customers.unmerge"


class UnmergeInput(BaseModel):
    """Which merge, or the merge of which one that is hidden now; the latest into this customer if it is not said."""

    model_config = ConfigDict(extra="forbid")
    merge: Annotated[int | None, Field(gt=0, json_schema_extra={"is_hidden": True})] = None
    loser: Annotated[int | None, Field(gt=0, json_schema_extra={"is_hidden": True})] = None


@action(
    UNMERGE,
    on=ON,
    verb="edit",
    permission="customers.merge",
    label=_("Undo a merge"),
    icon="arrows-split",
    input=UnmergeInput,
    sentence=_("Undid the merge"),
    is_quiet=True,
    can_undo=False,
)
def unmerge(ids: Sequence[int], data: UnmergeInput, *, by: Actor, run: Run) -> list[Result]:
    """What came along goes back, with everything that has happened to it since; what is new since stays.

    Fields of the winner go back where they still hold what the merge put there; the others are named as conflicts.
    """
    active = Merge.objects.select_for_update().filter(undone_at=None)
    if data.merge:
        chosen = active.filter(pk=data.merge)
    else:
        chosen = active.filter(loser_id=data.loser) if data.loser else active.filter(winner_id__in=ids)
    merge = chosen.order_by("-id").first()
    if merge is None or (root := identities.current([merge.winner_id])[merge.winner_id]) not in ids:
        raise NotFound(_("Nobody was merged into this customer."))
    rows = locked([merge.winner_id, merge.loser_id, root])
    loser, winner = rows[merge.loser_id], rows[merge.winner_id]
    kind = current(PERSON if loser["kind"] == Customer.Kind.PERSON else COMPANY)
    taken = {
        name: move_rows(mergings[name], root, loser["id"], ids=moved, by=by, run=run)
        for name, moved in merge.moved.items()
        if name in mergings
    }
    relations = pointing.relations_to(kind, only_made=True)
    taken |= pointing.point_back(relations, merge.moved, root, loser["id"], by=by, run=run, action=UNMERGE)
    _forget(merge.winner_id, taken)
    _take_out(merge, kind=kind, by=by, run=run)
    conflicts = _restore_fields(winner, merge.chosen, kind=kind, by=by, run=run)
    _free_number(loser, root, kind=kind, by=by, run=run)
    hide(loser["id"], None)
    merge.undone_at, merge.undone_by = clock.now(), by.log_name
    merge.save(update_fields=["undone_at", "undone_by"])
    told = NewEvent(
        events.UNMERGED.key,
        identities.record_profiles([root])[root],
        {"other": loser["name"], "merge": merge.pk},
        actor=by.log_name,
        cause=run.cause,
    )
    record([told])
    log_both(root, loser["id"], "unmerge", kind=kind, by=by, run=run)
    and_then([root, merge.winner_id, merge.loser_id])
    return [Result(id, data={"restored": loser["id"], "conflicts": conflicts}) for id in ids]


def _forget(winner_id: int, taken: Mapping[str, Sequence[int]]) -> None:
    """Later merges that took the rows further must not take them back when they are undone in turn."""
    node: int | None = winner_id
    while node is not None:
        later = Merge.objects.select_for_update().filter(loser_id=node, undone_at=None).first()
        node = None
        if later is not None:
            later.moved = {
                name: [id for id in ids if id not in set(taken.get(name, ()))] for name, ids in later.moved.items()
            }
            later.save(update_fields=["moved"])
            node = later.winner_id


def _take_out(merge: Merge, *, kind: ObjectType, by: Actor, run: Run) -> None:
    """Shares and followers that came with it go, also from those into which the winner went later."""
    chain: list[list[Merge]] = []
    node: int | None = merge.winner_id
    while node is not None:
        chain.append(list(Merge.objects.filter(winner_id=node, undone_at=None).order_by("id")))
        further = Merge.objects.filter(loser_id=node, undone_at=None).first()
        node = further.winner_id if further is not None else None
    gone = next(each for each in chain[0] if each.pk == merge.pk)
    for other in beside.take_out(kind.key, chain, gone, by=by, run=run, action=UNMERGE):
        other.save(update_fields=["carried"])


def _restore_fields(
    winner: dict[str, Any], chosen: Mapping[str, Sequence[Any]], *, kind: ObjectType, by: Actor, run: Run
) -> list[str]:
    """Put back what the merge replaced; the fields that somebody has changed since."""
    now = as_json(values_of(winner, kind), kind)
    conflicts = [key for key, (_old, new) in chosen.items() if now.get(key) != new]
    back = {key: old for key, (old, _new) in chosen.items() if key not in conflicts}
    write_fields(winner, back, kind=kind, by=by, run=run)
    return conflicts


def _free_number(loser: Mapping[str, Any], root: int, *, kind: ObjectType, by: Actor, run: Run) -> None:
    """The number of the one that comes back is its own again; if a stranger has it meanwhile, that must be solved."""
    if loser["external_id"] is None:
        return
    holder = (
        Customer.objects.filter(kind=loser["kind"], external_id=loser["external_id"], deleted_at=None)
        .exclude(pk=loser["id"])
        .first()
    )
    if holder is not None and holder.pk != root:
        raise Conflict(_("Somebody else has this external id now. Change it there first, then undo the merge."))
    if holder is not None:
        write_fields(locked([root])[root], {"external_id": None}, kind=kind, by=by, run=run)
