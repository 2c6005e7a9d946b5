"""The `Prediction` contract: a question about what will become of records, declared as rules and facts.

register_prediction(Prediction(
    "commerce.silence", "customers.customer", _("Likely to leave"),
    _("Will somebody who has bought lately let {days} days pass without an order?"),
    population="fact:commerce.last_order_at within {days} days",
    outcome="fact:commerce.last_order_at older than {days} days",
    features=("fact:commerce.order_count", "fact:commerce.spent_year", "country"),
    simple="-fact:commerce.order_count", table="foresight_silence",
))

`foresight` learns from the past of the lake and answers as the fact of that key: a probability from 0 to 1. Rules are
in the text form of conditions. The population is asked as of an instant; the outcome as of the end of the horizon that
follows it, so that a window of {days} days looks at exactly what came after the instant. Features are asked as of the
instant and cannot see past it: one of which only the value of now is known is refused (`objects.past`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from perennial.conditions.check import check
from perennial.conditions.rewinding import as_of_now
from perennial.conditions.text import parse
from perennial.conditions.tree import Condition
from perennial.objects.fields.protocol import Label
from perennial.objects.schema import schema_of
from perennial.objects.types import object_types

HORIZON = 90  # days, unless a prediction or the deployment says otherwise


@dataclass(frozen=True, slots=True)
class Prediction:
    """`simple` is the rule a manager would use, and what a model must beat: a feature that goes up with the outcome, or
    with "-" in front one that goes down. `table` holds the scores, one row a record (`foresight.training.models`).
    `days` of None is the horizon of the deployment."""

    key: str
    object_key: str
    label: Label
    question: Label
    population: str
    outcome: str
    features: tuple[str, ...]
    simple: str
    table: str
    sentence: Label = ""
    definition: Label = ""
    value: str = ""  # the feature that says what money is at stake
    days: int | None = None
    is_good: bool = False  # whether one hopes for the outcome
    version: int = 1

    @property
    def simple_feature(self) -> str:
        return self.simple.removeprefix("-")


@dataclass(frozen=True, slots=True)
class Rules:
    """The two rules of a prediction for a horizon, as trees."""

    population: Condition
    outcome: Condition


class NotRewindable(ValueError):
    """A rule or feature would look at what is known now, and so at what came after."""


_declared: dict[str, Prediction] = {}


def register_prediction(declared: Prediction) -> Prediction:
    """Declare from `apps.ready()`. Refuses a key that is taken, a simple rule that is no feature, and whatever cannot
    be asked as it was."""
    if _declared.get(declared.key, declared) != declared:
        raise ValueError(f"The prediction {declared.key} is declared twice.")
    check_prediction(declared)
    _declared[declared.key] = declared
    return declared


def check_prediction(declared: Prediction) -> None:
    """Raises ValueError with what is wrong, `NotRewindable` where something cannot be asked as it was."""
    if declared.simple_feature not in declared.features:
        raise ValueError(f"The simple rule of {declared.key} is none of its features.")
    schema = schema_of(object_types[declared.object_key])
    unknown = [key for key in declared.features if schema.field(key) is None]
    if unknown:
        raise ValueError(f"{declared.key} names features that are not there: {', '.join(unknown)}.")
    rules = rules_of(declared, HORIZON)
    moving = [key for key in declared.features if not schema.was_known(key)]
    moving += [each.key for rule in (rules.population, rules.outcome) for each in as_of_now(rule, schema)]
    if moving:
        raise NotRewindable(f"{declared.key} asks what is known only of now: {', '.join(moving)}.")


def rules_of(prediction: Prediction, days: int) -> Rules:
    schema = schema_of(object_types[prediction.object_key])
    told = (prediction.population, prediction.outcome)
    population, outcome = (check(parse(text.format(days=days), schema), schema) for text in told)
    return Rules(population, outcome)


def predictions() -> Iterator[Prediction]:
    return iter(list(_declared.values()))


def prediction(key: str) -> Prediction | None:
    return _declared.get(key)
