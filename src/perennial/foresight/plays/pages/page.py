"""One play: what it does and for whom, what it can see, who is in it, what came of it, for whom it is offered now."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from perennial.conditions.jsonform import from_json
from perennial.conditions.sentence import to_sentence
from perennial.foresight.plays.checking import is_money, is_share
from perennial.foresight.plays.defining import PERMISSION
from perennial.foresight.plays.models import Look, Play
from perennial.foresight.plays.next_best import Offer, offers_of
from perennial.foresight.plays.pages.picture import picture_of
from perennial.foresight.plays.pages.places import HOME
from perennial.foresight.plays.pages.words import STATE_TONES, VERDICTS, effect_said, level_said, weeks_said
from perennial.foresight.plays.planning import plan_of
from perennial.foresight.plays.queries import looks_of, play_for, sees_numbers, standing_of
from perennial.foundation.errors import NotFound
from perennial.metrics.contract import Metric
from perennial.metrics.making import metric_by_key
from perennial.objects.actions import actions
from perennial.objects.schema import schema_of
from perennial.objects.types import object_types
from perennial.web.kit.pages import Button, Figure
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.middleware import Page
from perennial.workspace.actor import Actor

_OFFERED = 12
_LOOKS = 30  # in the table


@require_GET
def page(request: HttpRequest, key: str) -> HttpResponse:
    by = cast(Page, request).actor
    play, reader = play_for(key, by=by), reader_of(by)
    metric, looks = metric_by_key(play.metric), looks_of(play, by=by)
    return render(request, "foresight/plays/play.html", {
        "play": play, "home": HOME, "here": f"{HOME}{play.key}/", "buttons": _buttons(play, by),
        "state": play.get_state_display(), "tone": STATE_TONES[Play.State(play.state)],
        "facts": _facts(play, metric, by, reader), "sees_numbers": sees_numbers(play, by=by),
        "people": _people(play, by, reader), "figures": _figures(play, looks[-1], metric, reader) if looks else [],
        "verdict": VERDICTS[looks[-1].verdict] if looks else None,
        "spec": picture_of(looks, metric, reader),
        "looks": [_look(each, metric, reader) for each in reversed(looks[-_LOOKS:])],
        "cap": reader.money(play.cap) if play.cap and is_money(metric) else "",
        "offers": [_offer(each, reader) for each in offers_of(play, by, limit=_OFFERED)],
        "may_act": _may_act(play, by),
    })  # fmt: skip


@require_GET
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """What the play can see; asked after the page, for it looks at the past of everybody eligible."""
    by = cast(Page, request).actor
    play, reader = play_for(key, by=by), reader_of(by)
    if not sees_numbers(play, by=by):
        raise NotFound
    found, metric = plan_of(play, by=by), metric_by_key(play.metric)
    return render(request, "foresight/plays/_plan.html", {
        "play": play, "plan": found, "eligible": reader.number(found.eligible),
        "a_week": reader.number(round(found.a_week, 1)), "people": reader.number(found.people),
        "hope": effect_said(play.prior, metric, reader), "weeks": weeks_said(found.weeks),
        "seen": "" if found.seen is None else effect_said(found.seen, metric, reader),
        "mean": level_said(found.before.mean, metric, reader), "looked_at": reader.number(found.looked_at),
        "explained": reader.percent(round(found.before.explained, 2)), "is_share": is_share(metric),
        "cap": reader.money(found.cap) if found.cap and is_money(metric) else "",
    })  # fmt: skip


def _facts(play: Play, metric: Metric, by: Actor, reader: Reader) -> list[tuple[str, str]]:
    kind = object_types[play.object_key]
    done = ", ".join(str(actions[each["action"]].label) for each in play.acts if each["action"] in actions)
    titles = [str(each["input"]["title"]) for each in play.acts if each["input"].get("title")]
    said = to_sentence(from_json(play.rule), schema_of(kind, by=by))
    return [
        (_("For whom"), f"{kind.label_plural}: {said}"),
        (_("What is done"), f"{done}: {', '.join(titles)}" if titles else done),
        (_("Who decides"), _("people, one by one") if play.is_by_hand else _("it runs by itself")),
        (_("Counted"), _("%(metric)s within %(days)d days") % {"metric": metric.label, "days": play.horizon_days}),
        (_("Control group"), reader.percent(play.control_share)),
        (_("Capacity"), _("as many as there are") if play.capacity is None else
         _("%(count)s a week") % {"count": reader.number(play.capacity)}),
        (_("Cost of acting once"), reader.money(play.cost)),
        (_("Worth of one more"), _("itself") if is_money(metric) else
         reader.money(play.worth) if play.worth is not None else _("nobody has said")),
        (_("Owner"), play.owner.name if play.owner else "–"),
    ]  # fmt: skip


def _people(play: Play, by: Actor, reader: Reader) -> list[Figure]:
    standing = standing_of(play, by=by)
    if standing is None:
        return []
    told = [
        Figure(_("Eligible now"), reader.number(standing.eligible), _("not in the play yet")),
        Figure(_("Treated"), reader.number(standing.done), _("the play was carried out")),
        Figure(_("Waiting"), reader.number(standing.waiting), _("for a place in the week")),
        Figure(_("Control group"), reader.number(standing.control), _("left alone by chance")),
    ]
    if standing.refused:
        told.append(Figure(_("Not possible"), reader.number(standing.refused), _("they count as treated"), "warn"))
    if standing.declined:
        reasons = "; ".join(f"{reason}: {reader.number(count)}" for reason, count in standing.declined.items())
        told.append(Figure(_("Left out"), reader.number(sum(standing.declined.values())), reasons))
    return told


def _figures(play: Play, look: Look, metric: Metric, reader: Reader) -> list[Figure]:
    told = [
        Figure(_("Treated"), level_said(look.treated_mean, metric, reader),
               _("of %(count)s people") % {"count": reader.number(look.treated)}),
        Figure(_("Control group"), level_said(look.control_mean, metric, reader),
               _("of %(count)s people") % {"count": reader.number(look.control)}),
    ]  # fmt: skip
    if look.effect is not None and look.low is not None and look.high is not None:
        told.append(Figure(_("Effect for each treated"), effect_said(look.effect, metric, reader),
                           _between(look.low, look.high, metric, reader), VERDICTS[look.verdict][1]))  # fmt: skip
    if look.net is not None and look.net_low is not None and look.net_high is not None:
        low, high = (reader.money(round(each), whole=True) for each in (look.net_low, look.net_high))
        told.append(Figure(_("Kept, less its cost"), reader.money(round(look.net), whole=True),
                           _("between %(low)s and %(high)s") % {"low": low, "high": high}))  # fmt: skip
    return told


def _between(low: float, high: float, metric: Metric, reader: Reader) -> str:
    return _("between %(low)s and %(high)s") % {
        "low": effect_said(low, metric, reader), "high": effect_said(high, metric, reader),
    }  # fmt: skip


def _look(look: Look, metric: Metric, reader: Reader) -> dict[str, Any]:
    has_effect = look.effect is not None and look.low is not None and look.high is not None
    return {
        "day": reader.day(look.day), "treated": reader.number(look.treated), "control": reader.number(look.control),
        "effect": effect_said(look.effect or 0, metric, reader) if has_effect else "–",
        "between": _between(look.low or 0, look.high or 0, metric, reader) if has_effect else "–",
        "at_end": _between(look.end_low or 0, look.end_high or 0, metric, reader) if look.is_end and has_effect else "",
        "verdict": VERDICTS[look.verdict][0],
    }  # fmt: skip


def _offer(offer: Offer, reader: Reader) -> dict[str, Any]:
    play, here = offer.play, f"{HOME}{offer.play.key}/"
    return {
        "title": offer.title or f"#{offer.record_id}", "url": f"/o/{play.object_key}/{offer.record_id}/",
        "gain": reader.money(round(offer.gain.net, 2)), "is_measured": offer.gain.is_measured,
        "do_url": f"{here}do/{offer.record_id}/", "decline_url": f"{here}decline/{offer.record_id}/",
    }  # fmt: skip


def _may_act(play: Play, by: Actor) -> bool:
    return by.reach(play.object_key, "edit") > 0


def _buttons(play: Play, by: Actor) -> list[Button]:
    if not by.may(PERMISSION):
        return []
    here = f"{HOME}{play.key}/"
    retire = Button(_("Retire"), post=f"{here}retire/", icon="archive", is_danger=True)
    if play.state == Play.State.RUNNING:
        return [Button(_("Pause"), post=f"{here}pause/", icon="player-pause"), retire]
    label = _("Start") if play.started_at is None else _("Go on")
    return [Button(label, post=f"{here}start/", icon="player-play", is_primary=True), retire]
