"""Merging customers into one, and taking a merge apart again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from perennial.customers import events, identities
from perennial.customers.merging import Merging, mergings
from perennial.customers.models import Customer, Identity, Merge
from perennial.customers.objects import COMPANY, CUSTOMER, PERSON
from perennial.customers.slots import keys_of
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Invalid, NotFound, Refused
from perennial.foundation.sql import execute, fetch, fetch_dicts
from perennial.objects.actions import Result, Run, action
from perennial.objects.fields import Ref
from perennial.objects.query import allowed_ids
from perennial.objects.types import ObjectType
from perennial.objects.writing import update_records
from perennial.objects.writing.storing import search_values, update_rows
from perennial.timeline.record import Change, NewEvent, log_changes, record
from perennial.workspace.actor import Actor

ON = ("customers.person", "customers.company", "customers.customer")
_IDENTIFYING = [Identity.Kind.USER_ID.value, Identity.Kind.EMAIL.value, Identity.Kind.EXTERNAL.value]


class MergeInput(BaseModel):
    """`other` is one more to merge, besides those that the action is run on; `winner` stays, the first if nobody is
    named. `fields` says, field by field, whose value is kept; where it is silent, the winner's if there is one."""

    model_config = ConfigDict(extra="forbid")
    other: Annotated[int | None, Ref("other", _("Who is the same?"), "customers.customer")] = None
    winner: Annotated[int | None, Ref("winner", _("Who stays?"), "customers.customer")] = None
    fields: Annotated[dict[str, int], Field(json_schema_extra={"is_hidden": True})] = {}


class UnmergeInput(BaseModel):
    """Which merge; the latest into this customer if it is not said."""

    model_config = ConfigDict(extra="forbid")
    merge: Annotated[int | None, Field(gt=0, json_schema_extra={"is_hidden": True})] = None


@action(
    "customers.merge_customers",
    on=ON,
    verb="edit",
    permission="customers.merge",
    label=_("Merge"),
    icon="arrow-merge",
    input=MergeInput,
    sentence=_("Merged {count} customers"),
    is_bulk=True,
    is_quiet=True,
    can_undo=False,
)
def merge_customers(ids: Sequence[int], data: MergeInput, *, by: Actor, run: Run) -> list[Result]:
    """All become the winner. Their profiles, orders, tasks … follow; their rows stay, hidden, pointing to it."""
    others = [data.other] if data.other and data.other not in ids else []
    if others and not allowed_ids(CUSTOMER, others, by=by, verb="edit"):
        raise Invalid({"other": _("There is no such customer, or it is not yours to change.")})
    ids = [*ids, *others]
    rows = _locked(ids)
    winner = rows.get(data.winner or ids[0])
    if winner is None or len(rows) < 2:
        raise Invalid({"winner": _("Choose at least two customers, and which of them stays.")})
    kind = PERSON if winner["kind"] == Customer.Kind.PERSON else COMPANY
    losers = [row for id, row in rows.items() if id != winner["id"]]
    _check(winner, losers, data.fields, kind=kind, by=by)
    for loser in losers:
        _merge(winner, loser, data.fields, kind=kind, by=by, run=run)
    _then([*rows])
    return [Result(id, data={"winner": winner["id"]}) for id in rows]


@action(
    "customers.unmerge",
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
    chosen = active.filter(pk=data.merge) if data.merge else active.filter(winner_id__in=ids)
    merge = chosen.order_by("-id").first()
    if merge is None or (root := identities.current([merge.winner_id])[merge.winner_id]) not in ids:
        raise NotFound(_("Nobody was merged into this customer."))
    rows = _locked([merge.winner_id, merge.loser_id, root])
    loser, winner = rows[merge.loser_id], rows[merge.winner_id]
    kind = PERSON if loser["kind"] == Customer.Kind.PERSON else COMPANY
    taken = {
        name: _move(mergings[name], root, loser["id"], ids=moved, by=by, run=run)
        for name, moved in merge.moved.items()
        if name in mergings
    }
    _forget(merge.winner_id, taken)
    conflicts = _restore_fields(winner, merge.chosen, kind=kind, by=by, run=run)
    _free_number(loser, root, kind=kind, by=by, run=run)
    _hide(loser["id"], None)
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
    _log(root, loser["id"], "unmerge", kind=kind, by=by, run=run)
    _then([root, merge.winner_id, merge.loser_id])
    return [Result(id, data={"restored": loser["id"], "conflicts": conflicts}) for id in ids]


def _locked(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The rows, locked in the order of their ids, so that two merges cannot wait for each other."""
    rows = fetch_dicts("SELECT * FROM customers_customer WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [sorted(set(ids))])
    return {row["id"]: row for row in rows}


def _check(
    winner: Mapping[str, Any],
    losers: Sequence[Mapping[str, Any]],
    fields: Mapping[str, int],
    *,
    kind: ObjectType,
    by: Actor,
) -> None:
    if any(row["kind"] != winner["kind"] for row in losers):
        raise Refused(
            _("A person and a company cannot be merged. Put the person into the company instead."), code="two_kinds"
        )
    known = {winner["id"], *(row["id"] for row in losers)}
    wrong = [key for key, id in fields.items() if key not in _values_of(winner, kind) or id not in known]
    if wrong:
        raise Invalid(dict.fromkeys(wrong, _("Name a field, and one of the customers to merge.")))
    if by.kind != "user" and len(_identified([*known])) > 1:
        raise Refused(
            _("Two known customers are merged by people only. It can be proposed to somebody."), code="identified"
        )


def _identified(ids: Sequence[int]) -> set[int]:
    """Those whom something tells apart from all others."""
    return {
        id
        for (id,) in fetch(
            "SELECT DISTINCT p.customer_id FROM customers_profile p JOIN customers_identity i ON i.profile_id = p.id"
            " WHERE p.customer_id = ANY(%s) AND i.kind = ANY(%s)",
            [list(ids), _IDENTIFYING],
        )
    }


def _merge(
    winner: dict[str, Any],
    loser: Mapping[str, Any],
    fields: Mapping[str, int],
    *,
    kind: ObjectType,
    by: Actor,
    run: Run,
) -> None:
    moved = {name: _move(each, loser["id"], winner["id"], by=by, run=run) for name, each in mergings.items()}
    _hide(loser["id"], winner["id"])
    here, there = _values_of(winner, kind), _values_of(loser, kind)
    new = {
        key: value
        for key, value in there.items()
        if value is not None
        and value != here[key]
        and fields.get(key, winner["id"] if here[key] else loser["id"]) == loser["id"]
        and not (key == "company" and value == winner["id"])
    }
    chosen = _write(winner, new, kind=kind, by=by, run=run)
    merge = Merge.objects.create(
        winner_id=winner["id"],
        loser_id=loser["id"],
        moved={name: ids for name, ids in moved.items() if ids},
        chosen=chosen,
        by=by.log_name,
    )
    profile_id = identities.record_profiles([winner["id"]])[winner["id"]]
    # The addresses that the winner had before go on leading to it.
    identities.claim((key, profile_id) for key in keys_of(winner["kind"], here))
    record(
        [
            NewEvent(
                events.MERGED.key,
                profile_id,
                {"other": loser["name"], "merge": merge.pk},
                actor=by.log_name,
                cause=run.cause,
            )
        ]
    )
    _log(winner["id"], loser["id"], "merge", kind=kind, by=by, run=run)


def _move(
    merging: Merging, source: int, target: int, *, by: Actor, run: Run, ids: Sequence[int] | None = None
) -> list[int]:
    """Re-point the rows from one customer to another (only those named, if any are); the ids of those re-pointed."""
    is_record = bool(merging.object_key)
    rise = ", version = version + 1, updated_at = %(now)s" if is_record else ""
    some = " AND id = ANY(%(ids)s)" if ids is not None else ""
    moved = sorted(
        row[0]
        for row in fetch(
            f"UPDATE {merging.table} SET {merging.column} = %(target)s{rise}"
            f" WHERE {merging.column} = %(source)s{some} RETURNING id",
            {"source": source, "target": target, "now": clock.now(), "ids": list(ids or ())},
        )
    )
    if is_record and moved:
        log_changes(
            [Change(merging.object_key, id, "update", {merging.field: [source, target]}) for id in moved],
            actor=by.log_name,
            action="customers.merge_customers",
            cause=run.cause,
            run_id=run.id,
        )
    return moved


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


def _hide(customer_id: int, merged_into: int | None) -> None:
    now = clock.now()
    execute(
        "UPDATE customers_customer SET merged_into_id = %s, deleted_at = %s, updated_at = %s, version = version + 1"
        " WHERE id = %s",
        [merged_into, now if merged_into else None, now, customer_id],
    )


def _restore_fields(
    winner: dict[str, Any], chosen: Mapping[str, Sequence[Any]], *, kind: ObjectType, by: Actor, run: Run
) -> list[str]:
    """Put back what the merge replaced; the fields that somebody has changed since."""
    now = _json(_values_of(winner, kind), kind)
    conflicts = [key for key, (_old, new) in chosen.items() if now.get(key) != new]
    back = {key: old for key, (old, _new) in chosen.items() if key not in conflicts}
    _write(winner, back, kind=kind, by=by, run=run)
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
        _write(_locked([root])[root], {"external_id": None}, kind=kind, by=by, run=run)


def _write(
    row: dict[str, Any], values: Mapping[str, Any], *, kind: ObjectType, by: Actor, run: Run
) -> dict[str, list[Any]]:
    """Change fields through the one write path, hidden rows directly; {field: [old, new]} as JSON."""
    if not values:
        return {}
    before = _values_of(row, kind)
    columns = {field.key: field.sql_column for field in kind.fields}
    if row["deleted_at"] is None:
        for result in update_records(kind, {row["id"]: values}, by=by, within=run).results:
            if not result.is_done:
                raise Refused(result.sentence, code=result.code)
    else:
        columned = {columns[key]: value for key, value in values.items()}
        update_rows(kind, {row["id"]: columned | search_values(kind, before | dict(values))})
    old = _json({key: before[key] for key in values}, kind)
    row |= {columns[key]: value for key, value in values.items()}
    new = _json(values, kind)
    return {key: [old[key], new[key]] for key in values}


def _values_of(row: Mapping[str, Any], kind: ObjectType) -> dict[str, Any]:
    return {field.key: row[field.sql_column] for field in kind.fields if not field.readonly}


def _json(values: Mapping[str, Any], kind: ObjectType) -> dict[str, Any]:
    types = {field.key: field.type for field in kind.fields}
    return {key: types[key].json(value) for key, value in values.items()}


def _log(winner: int, loser: int, how: str, *, kind: ObjectType, by: Actor, run: Run) -> None:
    is_merge = how == "merge"
    log_changes(
        [
            Change(kind.key, winner, "merge" if is_merge else "unmerge", {"other": loser}),
            Change(kind.key, loser, "merge" if is_merge else "unmerge", {"merged_into": winner if is_merge else None}),
        ],
        actor=by.log_name,
        action=f"customers.{'merge_customers' if is_merge else 'unmerge'}",
        cause=run.cause,
        run_id=run.id,
    )


def _then(customer_ids: Sequence[int]) -> None:
    for merging in mergings.values():
        if merging.then is not None:
            merging.then(customer_ids)
