"""What is expected of a customer, as facts: columns, filters, clauses and sentences at once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.objects.facts import Fact, register_fact
from perennial.objects.fields import FieldType, Label, MomentType, MoneyType
from perennial.objects.fields.percent import PercentType

_PLACED = ("commerce.order", "placed_at")
_PAID = (("commerce.order", "total"), ("commerce.order", "base_total"), _PLACED)


def _fact(
    name: str, label: Label, type: FieldType, definition: Label, sentence: Label = "", *, has_money: bool
) -> None:
    register_fact(Fact(
        f"foresight.{name}", "customers.customer", label, type, "foresight_expected", name, definition, sentence,
        rests_on=_PAID if has_money else (_PLACED,),
    ))  # fmt: skip


_fact(
    "chance", _("Likely to order"), PercentType(places=1),
    _("How likely they are to order within the horizon, by their own rhythm and how long they have been silent. Of a"
      " hundred customers at 70 %, about seventy order."),
    _("orders again with a probability of {value} %"), has_money=False,
)  # fmt: skip
_fact(
    "worth", _("Expected to spend"), MoneyType(),
    _("What they will spend within the horizon, on average over all that may happen. Revenue: what things cost the firm"
      " is not known here."),
    _("is expected to spend {value}"), has_money=True,
)  # fmt: skip
_fact(
    "worth_low", _("Will spend at least"), MoneyType(),
    _("They will spend less than this within the horizon with a probability of 5 %."), has_money=True,
)  # fmt: skip
_fact(
    "worth_high", _("Will spend at most"), MoneyType(),
    _("They will spend more than this within the horizon with a probability of 5 %."), has_money=True,
)  # fmt: skip
_fact(
    "at_stake", _("Money at stake"), MoneyType(),
    _("What they would spend within the horizon if they stay, times the probability that they do not order. Nothing of"
      " those who have almost certainly left."),
    _("has {value} at stake"), has_money=True,
)  # fmt: skip
_fact(
    "next_at", _("Next order likely by"), MomentType(),
    _("Half of those like them have ordered by then, if they are still customers."),
    _("is as likely as not to order by {value}"), has_money=False,
)  # fmt: skip
_fact(
    "late_at", _("Next order at the latest by"), MomentType(),
    _("Nine of ten of those like them have ordered by then, if they are still customers."), has_money=False,
)  # fmt: skip
