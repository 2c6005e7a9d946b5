"""Choosing the horizon: one for the whole firm, so that chances and the money at stake are about the same time."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from perennial.foresight.training.models import Standing
from perennial.foundation.errors import Forbidden, Invalid
from perennial.metrics.predictions import HORIZON
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor

PERMISSION = "facts.shape"
LEAST, MOST = 7, 730  # days
_FIRM = ""  # the row that is of all predictions


def horizon() -> int:
    """Days."""
    chosen = Standing.objects.filter(pk=_FIRM).values_list("days", flat=True).first()
    return int(chosen or HORIZON)


@transaction.atomic
def choose_horizon(days: int, *, by: Actor) -> None:
    """Every prediction that has no horizon of its own is trained anew; until then the version in use goes on."""
    if not by.may(PERMISSION):
        raise Forbidden
    if not LEAST <= days <= MOST:
        raise Invalid({"days": _("Choose from %(least)d to %(most)d days.") % {"least": LEAST, "most": MOST}})
    before = horizon()
    if days == before:
        return
    Standing.objects.update_or_create(prediction=_FIRM, defaults={"days": days})
    log_changes(
        [Change("foresight.horizon", 1, "configure", {"days": [before, days]})], actor=by.log_name,
        action="foresight.choose_horizon",
    )  # fmt: skip
