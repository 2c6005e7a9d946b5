"""Who is needed: whoever should act on the next best play for a customer, and whoever has a play that stopped."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.foresight.plays.defining import PERMISSION
from perennial.foresight.plays.models import Play
from perennial.foresight.plays.next_best import Offer, next_best
from perennial.foresight.plays.queries import plays_for
from perennial.foresight.plays.telling import url_of
from perennial.objects.needs import Act, Need, NeedSource, Whose, register_need_source
from perennial.workspace.actor import Actor

LOOK = gettext_lazy("Look")


def find_stopped(by: Actor, whose: Whose, limit: int) -> Sequence[Need]:
    """Plays that paused themselves: told to those who build them."""
    if not by.may(PERMISSION) or whose == "unassigned":
        return []
    stopped = plays_for(by).filter(state=Play.State.PAUSED).exclude(paused_why="")
    if whose == "mine":
        stopped = stopped.filter(owner_id=by.user_id)
    return [
        Need(
            key=f"foresight.play:{each.pk}", reason_key=each.changed_at.isoformat(), object_key=each.object_key,
            record_id=0,  # about no record: it leads to the play
            name=each.name, reason=_("This play has stopped"), detail=each.paused_why, act=Act(LOOK, url=url_of(each)),
        )
        for each in stopped[:limit]
    ]  # fmt: skip


def find_next_best(by: Actor, whose: Whose, limit: int) -> Sequence[Need]:
    """For each customer the play that is expected to bring most, as long as the week has a place left in it."""
    if whose == "mine" and by.user_id is None:
        return []
    owned = {"mine": [by.user_id, *by.absent_ids], "unassigned": []}.get(whose)
    return [_need(each) for each in next_best(by, owned=owned, limit=limit)]  # type: ignore[arg-type]


def _need(offer: Offer) -> Need:
    detail = (
        _("Measured against a control group.") if offer.gain.is_measured else _("What is hoped for; not measured yet.")
    )
    return Need(
        key=f"foresight.next_best:{offer.play.object_key}:{offer.record_id}",
        reason_key=f"play {offer.play.pk}",
        object_key=offer.play.object_key,
        record_id=offer.record_id,
        name=offer.title,
        reason=offer.play.name,
        detail=detail,
        worth=Decimal(str(round(offer.gain.net, 2))),
        worth_against=_("expected from this play, less its cost"),
        act=Act(LOOK, url=url_of(offer.play)),
    )


register_need_source(NeedSource("foresight.plays_stopped", gettext_lazy("Plays that have stopped"), find_stopped))
register_need_source(NeedSource("foresight.next_best", gettext_lazy("The next best play"), find_next_best))
