"""The predictions that come with the house. Only what rooms that exist know of is asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.metrics.predictions import Prediction, register_prediction

_FACT = "fact:commerce."

LEAVING = register_prediction(Prediction(
    "foresight.leaving", "customers.customer", _("Likely to leave"),
    _("Will somebody who ordered in the last {days} days order nothing in the next {days}?"),
    population=_FACT + "last_order_at within {days} days", outcome=_FACT + "last_order_at older than {days} days",
    features=(
        *(_FACT + name for name in ("order_count", "occasion_count", "return_count", "last_order_at", "spent_year",
                                    "average_order")),
        "country",
    ),
    simple="-" + _FACT + "order_count", value=_FACT + "spent_year", table="foresight_leaving",
    sentence=_("will leave with a chance of {value}"),
    definition=_("The chance that they order nothing within the horizon, as customers like them did in the past. Only"
                 " of those who ordered within as many days before. Computed every day."),
))  # fmt: skip

CONVERSION = register_prediction(Prediction(
    "foresight.conversion", "customers.customer", _("Likely to become a customer"),
    _("Will somebody who has never ordered place a first order within {days} days?"),
    population=_FACT + 'first_order_at is empty and stage in ("reach", "acquisition")',
    outcome=_FACT + "first_order_at is filled",
    features=("stage", "stage_since", "qualification", "owner", "country"),
    simple="-stage_since", table="foresight_conversion", is_good=True,
    sentence=_("will become a customer with a chance of {value}"),
    definition=_("The chance that they place a first order within the horizon, as people like them did in the past."
                 " Only of those who have never ordered. Computed every day."),
))  # fmt: skip
