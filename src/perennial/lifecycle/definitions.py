"""What the stages mean here: ordered rules and the numbers of the rhythm, declared, versioned, and read by `history`.

Two are ready-made: for a firm whose customers order when they like, and for one that works on each sale. The rules of
the second speak of qualification, conversations and orders until deals exist. A rule that changes gets a new version,
and every customer is computed anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from perennial.conditions import Condition
from perennial.conditions.text import parse
from perennial.conditions.tree import Compare, Op, walk
from perennial.foundation import clock
from perennial.lifecycle.vocabulary import Vocabulary
from perennial.workspace.firm import the_firm
from perennial.workspace.models import Firm

STAGES = ("reach", "acquisition", "conversion", "retention", "loyalty")
Label = str | Promise


@dataclass(frozen=True)
class StageRule:
    """`when` is a condition in text form over the vocabulary; `meaning` says it to people; `because` is the reason
    given when somebody arrives here, with the running facts as placeholders."""

    stage: str
    when: str
    meaning: Label
    because: Label

    @cached_property
    def condition(self) -> Condition:
        return parse(self.when, Vocabulary())


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Days. See the package's docstring for what they do."""

    prior: int = 60
    prior_spread: int = 30
    spreads: int = 2
    at_least: int = 14
    lapse_factor: int = 2


@dataclass(frozen=True)
class Definition:
    """`rules` go from the lowest stage to the highest; the first holds for everybody we know."""

    key: str
    label: Label
    version: int
    rules: tuple[StageRule, ...]
    rhythm: Rhythm = Rhythm()

    def __post_init__(self) -> None:
        if tuple(rule.stage for rule in self.rules) != STAGES:
            raise ValueError(f"{self.key} does not say what each of the five stages means, in their order.")
        for rule in self.rules:
            parse(rule.when, Vocabulary())

    @property
    def name(self) -> str:
        """What transitions and events carry."""
        return f"{self.key}@{self.version}"

    def rule(self, stage: str) -> StageRule:
        return self.rules[STAGES.index(stage)]

    @cached_property
    def flips(self) -> tuple[tuple[str, int], ...]:
        """(field, days) of every clause that the passing of time alone can turn: it does so at field + days."""
        moving = {
            (node.field, int(str(node.value)))
            for rule in self.rules
            for _depth, node in walk(rule.condition)
            if isinstance(node, Compare) and node.op in (Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS)
        }
        return tuple(sorted(moving))


REACH = StageRule("reach", "everything", _("We know of them."), _("we heard of them"))

SHOP = Definition(
    "lifecycle.shop",
    _("Rules for a shop"),
    1,
    (
        REACH,
        StageRule(
            "acquisition",
            'contact_at is filled or qualification in ("working", "qualified") or conversations >= 1',
            _("They left an e-mail address or a telephone number, signed in, were qualified, or spoke with us."),
            _("they can be reached or have spoken with us"),
        ),
        StageRule("conversion", "orders >= 1", _("They placed their first order."), _("placed their first order")),
        StageRule(
            "retention",
            "order_days >= 2",
            _("They ordered on at least two different days."),
            _("ordered on {order_days} different days"),
        ),
        StageRule(
            "loyalty",
            "order_days >= 5 and order_span_days >= 180",
            _("They ordered on at least five different days, the latest at least 180 days after the first."),
            _("ordered on {order_days} days over {order_span_days} days"),
        ),
    ),
)

DEALS = Definition(
    "lifecycle.deals",
    _("Rules for a firm that works on each sale"),
    1,
    (
        REACH,
        StageRule(
            "acquisition",
            'qualification in ("working", "qualified") or conversations >= 1',
            _("They were qualified, or spoke with us."),
            _("qualified or spoken with"),
        ),
        StageRule(
            "conversion", "orders >= 1", _("Their first order or contract came in."), _("their first order came in")
        ),
        StageRule(
            "retention",
            "order_days >= 2 or (orders >= 1 and first_order_at older than 180 days)",
            _("They ordered on a second day, or have been customers for 180 days."),
            _("a second order, or half a year as a customer"),
        ),
        StageRule(
            "loyalty",
            "order_days >= 3 and first_order_at older than 540 days",
            _("They ordered on at least three different days and have been customers for a year and a half."),
            _("{order_days} order days, and a year and a half as a customer"),
        ),
    ),
    Rhythm(prior=180, prior_spread=90, at_least=30),
)

DEFINITIONS = {Firm.Sells.SHOP.value: SHOP, Firm.Sells.DEALS.value: DEALS}


@dataclass(frozen=True, slots=True)
class Given:
    """What a computation rests on beside the logs. `rolls_up`: what people do counts for their company, which has the
    stage instead of them; not so in a firm that sells to people."""

    definition: Definition
    zone: str
    rolls_up: bool
    as_of: datetime

    @property
    def tag(self) -> str:
        """What state carries: with another definition, zone or way of counting all of it is out of date."""
        return f"{self.definition.name} {self.zone}{' rolled up' if self.rolls_up else ''}"


def current_definition() -> Definition:
    """By how the firm says that it sells."""
    return DEFINITIONS[the_firm().sells]


def given(as_of: datetime | None = None) -> Given:
    firm = the_firm()
    return Given(current_definition(), firm.timezone, firm.sells_to != Firm.SellsTo.PEOPLE, as_of or clock.now())
