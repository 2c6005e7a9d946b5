"""What is wrong with a play as somebody describes it, field by field, before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from perennial.conditions import Condition, check
from perennial.conditions.errors import ConditionError
from perennial.conditions.jsonform import from_json, to_json
from perennial.foresight.plays.assignment import CONTROL_SHARE
from perennial.foundation.errors import Invalid, NotFound
from perennial.metrics.contract import Metric, Shown
from perennial.metrics.counted import kind_counted
from perennial.metrics.expressions import Flow, Flowing
from perennial.metrics.making import metric_by_key
from perennial.metrics.reading import may_see
from perennial.objects.access import widest_reach
from perennial.objects.actions import actions_on
from perennial.objects.running import bind
from perennial.objects.schema import condition_of, schema_of
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.models import User
from perennial.workspace.rights import Reach

MOST_ACTS = 5
BY_HAND = ("customers.person", "customers.company", "customers.customer")  # on whose pages plays are offered


class ActAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")
    action: Annotated[str, Field(max_length=120)]
    input: dict[str, JsonValue] = {}


class PlayAsked(BaseModel):
    """A play as a page or a program describes it. `rule` is a condition as text, or in its JSON form."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: Annotated[str, Field(min_length=1, max_length=80)]
    description: Annotated[str, Field(max_length=400)] = ""
    object: Annotated[str, Field(max_length=80)] = "customers.customer"
    rule: str | dict[str, JsonValue]
    acts: Annotated[list[ActAsked], Field(min_length=1, max_length=MOST_ACTS)]
    metric: Annotated[str, Field(max_length=80)] = "commerce.orders"
    owner: Annotated[int | None, Field(ge=1, lt=2**63)] = None
    is_by_hand: bool = False
    capacity: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    cost: Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=2)] = Decimal(0)
    worth: Annotated[Decimal | None, Field(gt=0, le=100_000_000, decimal_places=2)] = None
    horizon_days: Annotated[int, Field(ge=1, le=730)] = 30
    control_share: Annotated[float, Field(ge=0.05, le=0.5)] = CONTROL_SHARE
    prior: Annotated[float, Field(gt=0, le=1_000_000)] = 0.05
    pool: Annotated[str | None, Field(max_length=40)] = None


@dataclass(frozen=True, slots=True)
class Checked:
    kind: ObjectType
    rule: Condition
    metric: Metric


def asked_of(told: Mapping[str, Any]) -> PlayAsked:
    try:
        return PlayAsked.model_validate(dict(told))
    except ValidationError as error:
        raise Invalid({".".join(map(str, each["loc"])): each["msg"] for each in error.errors()}) from None


def checked(asked: PlayAsked, *, by: Actor) -> Checked:
    """Raises `Invalid` with every fault by its field, or `ConditionError` for the rule."""
    kind = object_types.get(asked.object)
    if kind is None or widest_reach(kind, by=by, verb="view") is Reach.NONE:
        raise Invalid({"object": _("Choose whom this play is about.")})
    faults = dict(_faults_of_acts(asked.acts, kind, by))
    metric = _metric(asked.metric, kind, by)
    if metric is None:
        faults["metric"] = _("Choose what is to be counted: how often something happens to them, or a sum of money.")
    elif is_share(metric) and asked.prior > 1:
        faults["prior"] = _("Of yes and no, the effect is a share: 0.05 for five people more in a hundred.")
    if asked.is_by_hand and kind.key not in BY_HAND:
        faults["is_by_hand"] = _("People start plays by hand for customers; a play about others runs by itself.")
    if not isfinite(asked.prior):
        faults["prior"] = _("Give a number.")
    if asked.owner is not None and not User.objects.filter(pk=asked.owner, is_active=True).exists():
        faults["owner"] = _("There is no such user.")
    if "\x00" in f"{asked.name}{asked.description}{asked.pool}":
        faults["name"] = _("Write it without control characters.")
    if faults or metric is None:
        raise Invalid(faults)
    return Checked(kind, _rule(asked.rule, kind, by), metric)


def is_share(metric: Metric) -> bool:
    """Whether the outcome is yes or no: it happened at least once. Sums are amounts."""
    return isinstance(metric.expression, Flow) and metric.expression.how is Flowing.COUNT


def is_money(metric: Metric) -> bool:
    return metric.shown is Shown.MONEY


def stored_rule(rule: Condition) -> dict[str, Any]:
    return to_json(rule)


def _rule(rule: str | Mapping[str, Any], kind: ObjectType, by: Actor) -> Condition:
    if isinstance(rule, str):
        return condition_of(kind, rule, by=by)
    try:
        return check(from_json(rule), schema_of(kind, by=by))
    except RecursionError:
        raise ConditionError(_("This is no condition.")) from None


def _metric(key: str, kind: ObjectType, by: Actor) -> Metric | None:
    """One that counts something for records like these, one by one: a ratio belongs to nobody."""
    try:
        metric = metric_by_key(key)
    except NotFound:
        return None
    flow = metric.expression
    if not isinstance(flow, Flow) or flow.how is Flowing.AVERAGE or not may_see(metric, by):
        return None
    return metric if kind_counted(flow.source).table == kind.table else None


def _faults_of_acts(acts: Sequence[ActAsked], kind: ObjectType, by: Actor) -> dict[str, str]:
    offered = {each.key: each for each in actions_on(kind.key, by)}
    faults = {}
    for number, each in enumerate(acts):
        declared = offered.get(each.action)
        if declared is None:
            faults[f"acts.{number}"] = _("There is no action “%(key)s” here, or your role does not let you use it.") % {
                "key": each.action
            }
            continue
        try:
            bind(declared, each.input)
        except Invalid as refusal:
            faults |= {f"acts.{number}.{key}": str(said) for key, said in refusal.fields.items()}
    return faults
