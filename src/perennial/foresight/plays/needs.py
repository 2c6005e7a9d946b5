"""Who is needed: whoever should act on the next best play for a customer, and whoever has a play that stopped."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Q
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


def find_plays(by: Actor, whose: Whose, limit: int) -> Sequence[Need]:
    """Of plays that paused themselves those who build them; and for each customer the play that is expected to bring
    most, as long as the week has a place left in it. Where there is no play, one statement finds that."""
    mine = whose == "mine"
    if mine and by.user_id is None:
        return []
    is_running = Q(state=Play.State.RUNNING, is_by_hand=True)
    found = list(plays_for(by).filter(is_running | Q(state=Play.State.PAUSED) & ~Q(paused_why="")))
    stopped = [each for each in found if each.state == Play.State.PAUSED and (not mine or each.owner_id == by.user_id)]
    told = [_stopped(each) for each in stopped] if by.may(PERMISSION) and whose != "unassigned" else []
    running = [each for each in found if each.state == Play.State.RUNNING]
    owned = {"mine": [by.user_id, *by.absent_ids], "unassigned": []}.get(whose)
    offers = next_best(by, plays=running, owned=owned, limit=limit)  # type: ignore[arg-type]
    return [*told, *map(_need, offers)][:limit]


def _stopped(play: Play) -> Need:
    return Need(
        key=f"foresight.play:{play.pk}", reason_key=play.changed_at.isoformat(), object_key=play.object_key,
        record_id=0,  # about no record: it leads to the play
        name=play.name, reason=_("This play has stopped"), detail=play.paused_why, act=Act(LOOK, url=url_of(play)),
    )  # fmt: skip


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


register_need_source(NeedSource("foresight.plays", gettext_lazy("The next best play"), find_plays))
