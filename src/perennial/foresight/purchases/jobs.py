"""When what is expected of customers is looked at again: each day, when the firm has chosen another horizon, and when
their number has become another; never while a file comes in."""

from __future__ import annotations

from contextlib import suppress

from procrastinate.exceptions import AlreadyEnqueued

from perennial.foresight.process import run_apart
from perennial.foresight.purchases.keeping import about_how_many_buy
from perennial.foresight.purchases.models import Fitted
from perennial.foresight.training.choosing import horizon
from perennial.foresight.training.instants import day_of, today
from perennial.foresight.training.jobs import is_calm
from perennial.foundation.errors import Refused
from perennial.foundation.jobs import job, loop

_APART = 1.1  # by how much the number of buyers may differ before they are looked at again


class Ended(Refused):
    """Said where jobs that failed are looked at; it is tried again the next time that it is due."""

    code = "process_ended"


@job("foresight.expect", queue="upkeep", retries=0)
def expect_purchases() -> None:
    """In a process of its own, after whatever else is learnt."""
    ended = run_apart("purchases")
    if ended:
        raise Ended(f"The process that looks at purchases ended with {ended}.")


@loop("foresight.purchases", every=60.0)
def look_again() -> int:
    """0 always: what is due is enqueued, and there is nothing more to do at once."""
    if is_due() and is_calm():
        with suppress(AlreadyEnqueued):
            expect_purchases.later(lock="foresight.work", once_key="foresight.expect")
    return 0


def is_due() -> bool:
    newest = Fitted.objects.order_by("-id").only("as_of", "buyers", "days").first()
    if newest is None or day_of(newest.as_of) != today() or newest.days != horizon():
        return True
    about = about_how_many_buy()
    return about > newest.buyers * _APART or about * _APART < newest.buyers
