"""What lifecycle knows of a customer, as facts: columns, filters and clauses at once.

The days on which somebody last came into a stage or left it are facts, so that every number on the Lifecycle page is a
filter that opens exactly the customers behind it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.customers.models import Customer
from perennial.lifecycle.past import rhythm_then, stages_then, worth_then
from perennial.objects.facts import Fact, register_fact
from perennial.objects.fields import ChoiceType, DayType, FieldType, Label, MomentType, MoneyType, NumberType
from perennial.objects.past import Past, register_past
from perennial.web.kit.stages import STAGES

_PLACED = (("commerce.order", "placed_at"),)
_RESTS_ON = {
    **dict.fromkeys(
        ("usual_gap", "gap_spread", "quiet_at", "lapsed_at", "next_flip_at", "due_at", "days_overdue", "overdue_ratio"),
        _PLACED,
    ),
    "standing_since": (("customers.customer", "standing"),),
    "worth_before": (("commerce.order", "total"), ("commerce.order", "base_total")),
}
_STAGE = (("customers.customer", "stage"),)
_PAST = {
    **dict.fromkeys(("usual_gap", "gap_spread", "quiet_at", "lapsed_at", "due_at", "days_overdue", "overdue_ratio"),
                    rhythm_then),
    "worth_before": worth_then, "stage_time": stages_then,
}  # fmt: skip


def _fact(name: str, label: Label, type: FieldType, definition: Label, column: str = "", sentence: Label = "", *,
          table: str = "lifecycle_state") -> None:  # fmt: skip
    """Whatever is not said to rest on something else tells of the stage."""
    past = Past(_PAST[name], column or name) if name in _PAST else None
    register_fact(Fact(
        f"lifecycle.{name}", "customers.customer", label, type, table, column or name, definition, sentence, past=past,
        rests_on=_RESTS_ON.get(name, _STAGE), flips="flips_at" if table == "lifecycle_overdue" else "next_flip_at",
    ))  # fmt: skip


_fact(
    "usual_gap", _("Usually orders every"), NumberType(places=1, unit=_("days")),
    _("The days they usually let pass between two days with an order, their own gaps drawn a little to what is usual"
      " here while there are few."),
    "usual_gap_days", _("usually orders every {value} days"),
)  # fmt: skip
_fact(
    "gap_spread", _("Give or take"), NumberType(places=1, unit=_("days")),
    _("How much their gaps differ from the usual one: the standard deviation, with the same one gap added."),
    "gap_spread_days",
)  # fmt: skip
_fact(
    "quiet_at", _("Quiet from"), MomentType(),
    _("When they will count, or began to count, as quiet: silent for longer than usual by twice the spread."),
)  # fmt: skip
_fact(
    "lapsed_at", _("Lapsed from"), MomentType(),
    _("When they will count, or began to count, as lapsed: silent for twice the time that makes them quiet."),
)  # fmt: skip
_fact(
    "next_flip_at", _("Next change by time alone"), MomentType(),
    _("When the passing of time alone will change something about their stage, standing or worth."),
)  # fmt: skip
_fact(
    "standing_since", _("Standing since"), MomentType(), _("Since when they are active, quiet, lapsed or won back."),
)  # fmt: skip
_fact(
    "worth_before", _("Worth before"), MoneyType(),
    _("What they spent, less returns, in the 365 days up to their latest order."),
)  # fmt: skip
_fact(
    "due_at", _("Next order expected"), MomentType(),
    _("When they would order next by their own rhythm: their last order that stands, and the gap they usually leave."),
    table="lifecycle_overdue",
)  # fmt: skip
_fact(
    "days_overdue", _("Overdue for"), MomentType(look="since"),
    _("The days since their next order was expected. Before that, the day on which it is."), "due_at",
    table="lifecycle_overdue",
)  # fmt: skip
_fact(
    "overdue_ratio", _("Usual gaps since the last order"), NumberType(places=1),
    _("By their own rhythm: how many times their usual gap has passed since their last order: above 1 they are"
      " late, at 2 they have let twice the usual time pass. Orders that were taken back do not count. Kept in"
      " tenths, above ten in whole gaps."),
    "ratio", _("has let {value} of their usual gaps pass"), table="lifecycle_overdue",
)  # fmt: skip
_fact(
    "stage_time", _("In this stage for"), MomentType(look="since"),
    _("The days since they came into the stage they are in."), "stage_since",
)  # fmt: skip
_fact(
    "previous_stage", _("Stage before"), ChoiceType(tuple(Customer.Stage.choices)),
    _("The stage they were in before the present one; empty where this is their first."),
)  # fmt: skip

_ENTERED = {
    "reach": _("Came into Reach"), "acquisition": _("Came into Acquisition"), "conversion": _("Came into Conversion"),
    "retention": _("Came into Retention"), "loyalty": _("Came into Loyalty"),
}  # fmt: skip
_LEFT = {
    "reach": _("Left Reach"), "acquisition": _("Left Acquisition"), "conversion": _("Left Conversion"),
    "retention": _("Left Retention"), "loyalty": _("Left Loyalty"),
}  # fmt: skip
for _stage in STAGES:
    _fact(f"entered_{_stage}", _ENTERED[_stage], DayType(), _("The day on which they last came into this stage."))
    _fact(f"left_{_stage}", _LEFT[_stage], DayType(), _("The day on which they last left this stage."))

for _field, _told in (("standing", rhythm_then), ("worth", worth_then), ("stage", stages_then),
                      ("stage_since", stages_then)):  # fmt: skip
    register_past("customers.customer", _field, Past(_told, _field, 0 if _field == "worth" else None))
