"""When what is expected of customers is looked at again: each day, and when their number has become another."""

from __future__ import annotations

from contextlib import suppress

from procrastinate.exceptions import AlreadyEnqueued

from perennial.foresight.purchases.keeping import about_how_many_buy, expect
from perennial.foresight.purchases.models import Fitted
from perennial.foundation import clock
from perennial.foundation.jobs import job, loop
from perennial.lake.progress import is_begun, lag
from perennial.metrics.predictions import HORIZON
from perennial.objects.zones import firm_zone

_APART = 1.1  # by how much the number of buyers may differ before they are looked at again
_ABREAST = 5.0  # seconds that the lake may be behind


@job("foresight.expect", queue="upkeep", retries=0)
def expect_purchases() -> None:
    expect(days=HORIZON)


@loop("foresight.purchases", every=60.0)
def look_again() -> int:
    """0 always: what is due is enqueued, and there is nothing more to do at once."""
    if is_due() and is_begun() and lag().seconds < _ABREAST:
        with suppress(AlreadyEnqueued):
            expect_purchases.later(once_key="foresight.expect")
    return 0


def is_due() -> bool:
    newest = Fitted.objects.order_by("-id").first()
    if newest is None:
        return True
    if newest.as_of.astimezone(firm_zone()).date() != clock.now().astimezone(firm_zone()).date():
        return True
    about = about_how_many_buy()
    return about > newest.buyers * _APART or about * _APART < newest.buyers
