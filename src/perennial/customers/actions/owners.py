"""Who looks after a customer, and how far we are with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict

from perennial.customers.models import Customer
from perennial.customers.objects import COMPANY, PERSON
from perennial.foundation.sql import fetch
from perennial.objects.actions import Result, Run, action
from perennial.objects.fields import Choice, Member, Team
from perennial.objects.writing import update_records
from perennial.workspace.actor import Actor

ON = ("customers.person", "customers.company", "customers.customer")


class OwnerInput(BaseModel):
    """`owner` is a user, None takes them away; `team` is left as it is unless it is named."""

    model_config = ConfigDict(extra="forbid")
    owner: Annotated[int | None, Member("owner", _("Owner"))] = None
    team: Annotated[int | None, Team("team", _("Team"))] = None


class QualificationInput(BaseModel):
    model_config = ConfigDict(extra="forbid")
    qualification: Annotated[
        Literal["new", "working", "qualified", "unqualified"] | None,
        Choice("qualification", _("Qualification"), Customer.Qualification),
    ] = None


@action(
    "customers.assign_owner",
    on=ON,
    verb="edit",
    label=_("Assign to"),
    icon="user-share",
    input=OwnerInput,
    sentence=_("Assigned {count} customers"),
    is_bulk=True,
    sets="owner",
)
def assign_owner(ids: Sequence[int], data: OwnerInput, *, by: Actor, run: Run) -> list[Result]:
    return change(ids, data.model_dump(include={"owner"} | (data.model_fields_set & {"team"})), by=by, run=run)


@action(
    "customers.set_qualification",
    on=ON,
    verb="edit",
    label=_("Set the qualification"),
    icon="filter-check",
    input=QualificationInput,
    sentence=_("Qualified {count} customers"),
    is_bulk=True,
    sets="qualification",
)
def set_qualification(ids: Sequence[int], data: QualificationInput, *, by: Actor, run: Run) -> list[Result]:
    return change(ids, {"qualification": data.qualification}, by=by, run=run)


def change(ids: Sequence[int], values: Mapping[str, Any], *, by: Actor, run: Run) -> list[Result]:
    """The same values for many customers, each written as the kind that it is."""
    kinds = dict(fetch("SELECT id, kind FROM customers_customer WHERE id = ANY(%s)", [list(ids)]))
    results: dict[int | None, Result] = {}
    for kind, name in ((PERSON, "person"), (COMPANY, "company")):
        some = {id: values for id in ids if kinds.get(id) == name}
        if some:
            done = update_records(kind, some, by=by, within=run)
            results |= {result.id: result for result in done.results}
    return [results[id] for id in ids if id in results]
