"""Merging records of kinds that say nothing of their own about it, those that users made above all; and unmerging them.

The loser stays in its table, hidden, with a pointer to the winner (`Merged`). What named it names the winner; comments,
shares and followers come along; the winner takes the values that it lacks, and those that somebody chose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from perennial.foundation.sql import execute
from perennial.objects.actions import Result, Run, action
from perennial.objects.duplicates import beside, pointing
from perennial.objects.duplicates.keeping import reopen
from perennial.objects.duplicates.merging import MERGE, PLAIN, UNMERGE
from perennial.objects.duplicates.models import Merged
from perennial.objects.field_rights import locked as locked_fields
from perennial.objects.query import lasting_ids
from perennial.objects.types import ObjectType, Written, object_types
from perennial.objects.writing.creating import json_of
from perennial.objects.writing.storing import CLASHES, raise_unless_taken
from perennial.objects.writing.updating import Locked, lock_records, update_records
from perennial.timeline.record import Change, ChangeKind, log_changes
from perennial.workspace.actor import SYSTEM, Actor

_NOTHING: tuple[Any, ...] = (None, "", [])


class MergeInput(BaseModel):
    """`winner` stays, the oldest if nobody is named. `fields` says, field by field, whose value is kept; where it is
    silent, the winner's if there is one."""

    model_config = ConfigDict(extra="forbid")
    winner: Annotated[int | None, Field(gt=0, json_schema_extra={"is_hidden": True})] = None
    fields: Annotated[dict[str, int], Field(json_schema_extra={"is_hidden": True})] = {}


class UnmergeInput(BaseModel):
    """The merge of which one that is hidden now; the latest into this record if it is not said."""

    model_config = ConfigDict(extra="forbid")
    loser: Annotated[int | None, Field(gt=0, json_schema_extra={"is_hidden": True})] = None


def _undo_merges(run_id: int, *, by: Actor, run: Run) -> list[Result]:
    """What undoing the run of a merge does: the merges that it made, the last first."""
    merges = list(Merged.objects.select_for_update().filter(run_id=run_id, undone_at=None).order_by("-id"))
    done = [_unmerge(_kind(each.object_key), each, by=by, run=run) for each in merges]
    reopen(run_id)
    return done


@action(
    MERGE,
    on=PLAIN,
    verb="delete",
    label=_("Merge into the oldest"),
    icon="arrow-merge",
    input=MergeInput,
    sentence=_("Merged {count} records into one"),
    is_bulk=True,
    is_quiet=True,
    least=2,
    undo=_undo_merges,
)
def merge(ids: Sequence[int], data: MergeInput, *, by: Actor, run: Run) -> list[Result]:
    """A merge takes records away: it needs the right to delete them, for good, and to change them."""
    kind = _kind(run.object_key)
    winner_id = data.winner or min(ids)
    if len(ids) < 2 or winner_id not in ids:
        raise Invalid({"winner": _("Choose at least two records, and which of them stays.")})
    if any(lasting_ids(kind, ids, by=by, verb=verb) != set(ids) for verb in ("edit", "delete")):
        raise Forbidden(_("Some of these records are not yours for good. Whoever they belong to can merge them."))
    rows = lock_records(kind, sorted(ids), by=_freed(by), verb="edit")
    choosable = _values(kind, rows[winner_id]).keys() - locked_fields(kind, by)
    wrong = [key for key, id in data.fields.items() if key not in choosable or id not in rows]
    if wrong:
        raise Invalid(dict.fromkeys(wrong, _("Name a field, and one of the records to merge.")))
    for loser_id in sorted(set(ids) - {winner_id}):
        _merge(kind, winner_id, rows[loser_id], data.fields, by=by, run=run)
    return [Result(id, data={"winner": winner_id}) for id in ids]


@action(
    UNMERGE,
    on=PLAIN,
    verb="edit",
    label=_("Undo a merge"),
    icon="arrows-split",
    input=UnmergeInput,
    sentence=_("Undid the merge"),
    is_quiet=True,
    can_undo=False,
    on_pages=False,  # the merge itself is undone where it stands: in the changes, and among the duplicates
)
def unmerge(ids: Sequence[int], data: UnmergeInput, *, by: Actor, run: Run) -> list[Result]:
    kind = _kind(run.object_key)
    active = Merged.objects.select_for_update().filter(object_key=kind.key, winner_id__in=ids, undone_at=None)
    chosen = (active.filter(loser_id=data.loser) if data.loser else active).order_by("-id").first()
    if chosen is None:
        raise NotFound(_("Nothing was merged into this record."))
    done = _unmerge(kind, chosen, by=by, run=run)
    return [done if id == chosen.winner_id else Result(id) for id in ids]


def merged_into(kind: ObjectType, record_id: int) -> int | None:
    """Where a record went that is hidden since; to the end of the way. Whoever asks must ask whether it may be seen."""
    seen = {record_id}
    while True:
        found = Merged.objects.filter(object_key=kind.key, loser_id=record_id, undone_at=None).first()
        if found is None or found.winner_id in seen:
            return record_id if len(seen) > 1 else None
        record_id = found.winner_id
        seen.add(record_id)


def _merge(kind: ObjectType, winner_id: int, loser: Locked, fields: Mapping[str, int], *, by: Actor, run: Run) -> None:
    relations = pointing.relations_to(kind)
    moved = pointing.point_all(relations, loser.id, winner_id, by=by, run=run, action=MERGE)
    comments = beside.move_comments(kind.key, loser.id, winner_id)
    carried = beside.carry(kind.key, loser.id, winner_id, by=by, run=run, action=MERGE)
    _hide(kind, loser, by, run)
    chosen = _take_values(kind, winner_id, loser, fields, by=by, run=run)
    Merged.objects.create(
        object_key=kind.key, winner_id=winner_id, loser_id=loser.id, run_id=run.id, moved=moved, chosen=chosen,
        comments=comments, carried=carried, by=by.log_name,
    )  # fmt: skip
    _log_both(kind, winner_id, loser.id, by=by, run=run, is_merge=True)


def _take_values(
    kind: ObjectType, winner_id: int, loser: Locked, fields: Mapping[str, int], *, by: Actor, run: Run
) -> dict[str, list[Any]]:
    """What the winner lacks and what was chosen; {field: [old, new]} as JSON."""
    here = _values(kind, lock_records(kind, [winner_id], by=_freed(by), verb="edit")[winner_id])
    new: dict[str, Any] = {}
    for key, there in _values(kind, loser).items():
        own = pointing.without(loser.id, here[key]) if key in _own_relations(kind) else here[key]
        value = pointing.without(winner_id, there) if key in _own_relations(kind) else there
        is_theirs = fields.get(key, winner_id if own not in _NOTHING else loser.id) == loser.id
        kept = value if is_theirs and value not in _NOTHING else own
        if kept != here[key]:
            new[key] = kept
    return _write(kind, winner_id, here, new, by=by, run=run)


def _unmerge(kind: ObjectType, merged: Merged, *, by: Actor, run: Run) -> Result:
    """What came along goes back; what is new since stays. Values that somebody changed since are conflicts."""
    winner_id, loser_id = merged.winner_id, merged.loser_id
    if lasting_ids(kind, [winner_id], by=by, verb="edit") != {winner_id}:
        if Merged.objects.filter(object_key=kind.key, loser_id=winner_id, undone_at=None).exists():
            raise Conflict(_("This record was merged further. Undo the later merge first."))
        raise NotFound
    here = _values(kind, lock_records(kind, [winner_id], by=_freed(by), verb="edit")[winner_id])
    now = {key: json_of(kind, key, value) for key, value in here.items()}
    conflicts = [key for key, (_old, new) in merged.chosen.items() if (now.get(key) or None) != (new or None)]
    back = {key: old for key, (old, _new) in merged.chosen.items() if key not in conflicts}
    own = _own_relations(kind) & back.keys()
    _write(kind, winner_id, here, {key: value for key, value in back.items() if key not in own}, by=by, run=run)
    _show(kind, loser_id, by, run)
    _write(kind, winner_id, here, {key: back[key] for key in own}, by=by, run=run)  # it can be named again
    pointing.point_back(pointing.relations_to(kind), merged.moved, winner_id, loser_id, by=by, run=run, action=UNMERGE)
    beside.move_comments(kind.key, winner_id, loser_id, merged.comments)
    active = list(Merged.objects.filter(object_key=kind.key, winner_id=winner_id, undone_at=None).order_by("id"))
    gone = next(each for each in active if each.pk == merged.pk)
    for other in beside.take_out(kind.key, [active], gone, by=by, run=run, action=UNMERGE):
        other.save(update_fields=["carried"])
    merged.undone_at, merged.undone_by = clock.now(), by.log_name
    merged.save(update_fields=["undone_at", "undone_by"])
    _log_both(kind, winner_id, loser_id, by=by, run=run, is_merge=False)
    return Result(winner_id, data={"restored": loser_id, "conflicts": conflicts})


def _kind(key: str) -> ObjectType:
    if key not in PLAIN:
        raise NotFound
    return object_types[key]


def _freed(by: Actor) -> Actor:
    """Whoever may merge moves also what their role may not write or see; what that is, they could not choose."""
    return replace(by, rights=SYSTEM.rights)


def _values(kind: ObjectType, row: Locked) -> dict[str, Any]:
    return {
        field.key: row.values[field.key]
        for field in kind.fields
        if not field.readonly and field.expression is None and field.key in row.values
    }


def _own_relations(kind: ObjectType) -> set[str]:
    return {each.field.key for each in pointing.relations_to(kind) if each.kind.key == kind.key}


def _write(
    kind: ObjectType, id: int, before: Mapping[str, Any], new: Mapping[str, Any], *, by: Actor, run: Run
) -> dict[str, list[Any]]:
    if not new:
        return {}
    for result in update_records(kind, {id: new}, by=_freed(by), within=run).results:
        if not result.is_done:
            raise Refused(result.sentence, code=result.code)
    return {key: [json_of(kind, key, before[key]), json_of(kind, key, value)] for key, value in new.items()}


def _hide(kind: ObjectType, loser: Locked, by: Actor, run: Run) -> None:
    now = clock.now()
    execute(f'UPDATE "{kind.table}" SET deleted_at = %s, updated_at = %s, version = version + 1 WHERE id = %s',
            [now, now, loser.id])  # fmt: skip
    if kind.on_deleted is not None:
        kind.on_deleted([Written(loser.id, {}, loser.values)], by, run.cause)


def _show(kind: ObjectType, loser_id: int, by: Actor, run: Run) -> None:
    try:
        execute(f'UPDATE "{kind.table}" SET deleted_at = NULL, updated_at = %s, version = version + 1 WHERE id = %s',
                [clock.now(), loser_id])  # fmt: skip
    except CLASHES as error:
        raise_unless_taken(error)
        raise Conflict(_("Another record has a value by now that only one may have. Change it, then undo.")) from None
    if kind.on_restored is not None:
        row = lock_records(kind, [loser_id], by=_freed(by), verb="edit")[loser_id]
        kind.on_restored([Written(loser_id, row.values)], by, run.cause)


def _log_both(kind: ObjectType, winner: int, loser: int, *, by: Actor, run: Run, is_merge: bool) -> None:
    change: ChangeKind = "merge" if is_merge else "unmerge"
    log_changes(
        [
            Change(kind.key, winner, change, {"other": loser}),
            Change(kind.key, loser, change, {"merged_into": winner if is_merge else None}),
        ],
        actor=by.log_name, action=MERGE if is_merge else UNMERGE, cause=run.cause, run_id=run.id,
    )  # fmt: skip
