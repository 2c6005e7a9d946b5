"""Merging customers into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from perennial.customers import events, identities
from perennial.customers.actions.merge_rows import and_then, hide, locked, log_both, move_rows, values_of, write_fields
from perennial.customers.merging import mergings
from perennial.customers.models import Customer, Identity, Merge
from perennial.customers.objects import COMPANY, CUSTOMER, PERSON
from perennial.customers.slots import keys_of
from perennial.foundation.errors import Forbidden, Invalid, Refused
from perennial.foundation.sql import fetch
from perennial.objects.actions import Result, Run, action
from perennial.objects.duplicates import beside, pointing
from perennial.objects.duplicates.merging import Merger, register_merger
from perennial.objects.field_rights import locked as locked_fields
from perennial.objects.fields import Ref
from perennial.objects.query import allowed_ids, lasting_ids
from perennial.objects.types import ObjectType, current
from perennial.timeline.record import NewEvent, record
from perennial.workspace.actor import Actor

MERGE = "customers.merge_customers"
ON = ("customers.person", "customers.company", "customers.customer")
_IDENTIFYING = [Identity.Kind.USER_ID.value, Identity.Kind.EMAIL.value, Identity.Kind.EXTERNAL.value]


class MergeInput(BaseModel):
    """`other` is one more to merge, besides those that the action is run on; `winner` stays, the first if nobody is
    named. `fields` says, field by field, whose value is kept; where it is silent, the winner's if there is one."""

    model_config = ConfigDict(extra="forbid")
    other: Annotated[int | None, Ref("other", _("Who is the same?"), "customers.customer")] = None
    winner: Annotated[int | None, Ref("winner", _("Who stays?"), "customers.customer")] = None
    fields: Annotated[dict[str, int], Field(json_schema_extra={"is_hidden": True})] = {}


@action(
    MERGE,
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
    if lasting_ids(CUSTOMER, ids, by=by, verb="edit") != set(ids):  # a merge takes a record away from its owner
        raise Forbidden(_("Some of these customers were only lent to you. Whoever they belong to can merge them."))
    rows = locked(ids)
    winner = rows.get(data.winner or ids[0])
    if winner is None or len(rows) < 2:
        raise Invalid({"winner": _("Choose at least two customers, and which of them stays.")})
    kind = current(PERSON if winner["kind"] == Customer.Kind.PERSON else COMPANY)
    losers = [row for id, row in rows.items() if id != winner["id"]]
    _check(winner, losers, data.fields, kind=kind, by=by)
    for loser in losers:
        _merge(winner, loser, data.fields, kind=kind, by=by, run=run)
    and_then([*rows])
    return [Result(id, data={"winner": winner["id"]}) for id in rows]


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
    choosable = values_of(winner, kind).keys() - locked_fields(kind, by)
    wrong = [key for key, id in fields.items() if key not in choosable or id not in known]
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
    moved = {name: move_rows(each, loser["id"], winner["id"], by=by, run=run) for name, each in mergings.items()}
    relations = pointing.relations_to(kind, only_made=True)
    moved |= pointing.point_all(relations, loser["id"], winner["id"], by=by, run=run, action=MERGE)
    carried = beside.carry(kind.key, loser["id"], winner["id"], by=by, run=run, action=MERGE)
    hide(loser["id"], winner["id"])
    here, there = values_of(winner, kind), values_of(loser, kind)
    new = {
        key: value
        for key, value in there.items()
        if value is not None
        and value != here[key]
        and fields.get(key, winner["id"] if here[key] else loser["id"]) == loser["id"]
        and not (key == "company" and value == winner["id"])
    }
    chosen = write_fields(winner, new, kind=kind, by=by, run=run)
    merge = Merge.objects.create(
        winner_id=winner["id"],
        loser_id=loser["id"],
        moved={name: ids for name, ids in moved.items() if ids},
        chosen=chosen,
        carried=carried,
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
    log_both(winner["id"], loser["id"], "merge", kind=kind, by=by, run=run)


for _kind in ("customers.person", "customers.company"):
    register_merger(Merger(_kind, merge="customers.merge_customers", unmerge="customers.unmerge"))
