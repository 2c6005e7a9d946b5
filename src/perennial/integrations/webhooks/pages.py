"""The settings pages of webhooks: where records are sent, and what became of each delivery."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from perennial.foundation.errors import NotFound
from perennial.foundation.outbound import target_of
from perennial.foundation.text import whole_number
from perennial.integrations.models import Receiver
from perennial.integrations.webhooks.receivers import PERMISSION, receiver, receivers
from perennial.objects.titles import titles_of
from perennial.timeline.outbox import reading
from perennial.timeline.outbox.reading import OPEN, Delivery
from perennial.timeline.outbox.ways import State
from perennial.web.kit.pages import Button, Choice
from perennial.web.screens.address import record_url
from perennial.web.screens.settings.frame import allowed, settings_page
from perennial.web.screens.settings.objects.kinds import done
from perennial.workspace.actor import Actor

HOME = "/settings/webhooks/"
SHOWN = 50
_TONES = {"done": "accent", "doubt": "warn", "unsent": "warn", "refused": "warn"}


def state_label(state: str) -> str:
    return {
        "waiting": _("waits"), "sending": _("on its way"), "done": _("arrived"), "refused": _("refused"),
        "unsent": _("not sent"), "doubt": _("in doubt"), "dropped": _("let be"),
    }.get(state, state)  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest) -> HttpResponse:
    allowed(request, PERMISSION)
    found = receivers()
    counts = reading.counts(each.lane for each in found)
    new = Button(_("New receiver"), url=f"{HOME}new/", icon="plus", is_primary=True)
    return settings_page(
        request, "integrations/receivers.html", heading=_("Webhooks"), buttons=[new],
        sub=_("Where records are sent, by automations and by hand, and what became of each."),
        context={"receivers": [_line(each, counts[each.lane]) for each in found], "new": [new]})  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD"])
def deliveries(request: HttpRequest, receiver_id: int, told: str = "") -> HttpResponse:
    """`told` is a secret that was just made, shown this once."""
    by = allowed(request, PERMISSION)
    found = receiver(receiver_id)
    asked = request.GET.get("state", "")
    states: tuple[State, ...] = OPEN if asked == "open" else ()
    rows = reading.deliveries(found.lane, states=states, before=whole_number(request.GET.get("before", "")),
                              limit=SHOWN)  # fmt: skip
    url = f"{HOME}{found.pk}/"
    switch = _("Switch off") if found.is_on else _("Switch on")
    return settings_page(
        request, "integrations/deliveries.html", heading=found.name, sub=target_of(found.url).shown,
        buttons=[Button(_("Change"), url=f"{url}edit/", icon="pencil"), Button(switch, post=f"{url}switch/")],
        context={
            "home": HOME, "told": told, "receiver": found, "more": _more(rows, asked), "lines": _rows(rows, url, by),
            "states": [Choice(_("All"), url, asked != "open"),
                       Choice(_("Someone should look"), f"{url}?state=open", asked == "open")],
        })  # fmt: skip


@require_POST
def settle(request: HttpRequest, receiver_id: int, delivery_id: int, does: str) -> HttpResponse:
    """Send one again, or let it be. What is not open any more has been settled by somebody else."""
    by = allowed(request, PERMISSION)
    found = receiver(receiver_id)
    acts = {"again": reading.send_again, "leave": reading.leave}
    if does not in acts:
        raise NotFound
    if not acts[does]([delivery_id], lane=found.lane, by=by.log_name):
        messages.warning(request, _("This one is settled already."))
    elif does == "again":
        reading.wake(found.lane)
        messages.success(request, _("It goes out again in a moment."))
    return done(f"{HOME}{found.pk}/")


def _line(found: Receiver, counts: dict[str, int]) -> dict[str, Any]:
    needs = sum(counts.get(state, 0) for state in OPEN)
    waits = counts.get("waiting", 0) + counts.get("sending", 0)
    said = [
        *([ngettext("%(count)s needs a look", "%(count)s need a look", needs) % {"count": needs}] if needs else []),
        *([ngettext("%(count)s waits", "%(count)s wait", waits) % {"count": waits}] if waits else []),
    ]
    return {"name": found.name, "host": target_of(found.url).shown, "is_on": found.is_on, "url": f"{HOME}{found.pk}/",
            "said": ", ".join(said), "needs": needs}  # fmt: skip


def _rows(rows: Sequence[Delivery], url: str, by: Actor) -> list[dict[str, Any]]:
    """A record that the reader may not see is not named."""
    titles = titles_of([(each.object_key, each.record_id or 0) for each in rows], by=by)
    return [
        {
            "at": each.ended_at or each.created_at,
            "state": state_label(each.state), "tone": _TONES.get(each.state, ""), "status": each.status or "",
            "said": each.said, "key": each.key,
            "title": titles.get((each.object_key, each.record_id or 0), ""),
            "url": record_url(each.object_key, each.record_id or 0),
            "again": f"{url}{each.id}/again/" if each.state in OPEN else "",
            "leave": f"{url}{each.id}/leave/" if each.state in OPEN else "",
            "is_doubt": each.state == "doubt",
        }
        for each in rows
    ]  # fmt: skip


def _more(rows: Sequence[Delivery], state: str) -> str:
    state = "open" if state == "open" else ""
    return f"?state={state}&before={rows[-1].id}" if len(rows) == SHOWN else ""
