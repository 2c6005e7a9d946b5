"""All metrics by their rooms; their values come after the page, those of a room in one request."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django.apps import apps
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from perennial.foundation.errors import NotFound
from perennial.metrics.contract import Metric
from perennial.metrics.grain import GRAIN_LABELS
from perennial.metrics.making import SHAPE, all_metrics, restore_metric, retired_metrics
from perennial.metrics.reading import may_see, read
from perennial.studio.metrics.figures import against, back, last_full, period_named, spark, written
from perennial.web.kit.pages import Button
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.middleware import Page
from perennial.web.screens.settings.objects.kinds import done
from perennial.workspace.actor import Actor

HOME = "/metrics/"
MADE_HERE = "made"
_PERIODS = 13
_KEPT = 60  # seconds


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    by = cast(Page, request).actor
    seen = [each for each in all_metrics() if may_see(each, by)]
    rooms: dict[str, list[Metric]] = {}
    for each in seen:
        rooms.setdefault(each.key.partition(".")[0], []).append(each)
    may_shape = by.may(SHAPE)
    heading = ngettext("One number", "%(count)d numbers", len(seen)) % {"count": len(seen)}
    return render(request, "studio/metrics/metrics.html", {
        "heading": heading if seen else _("Metrics"), "home": HOME,
        "groups": [(room, _named(room), found) for room, found in rooms.items()],
        "new": [Button(_("New metric"), url=f"{HOME}new/", icon="plus", is_primary=True)] if may_shape else [],
        "retired": retired_metrics() if may_shape else [],
    })  # fmt: skip


@require_GET
def values(request: HttpRequest, room: str) -> HttpResponse:
    """The rows of a room, with values."""
    by = cast(Page, request).actor
    reader = reader_of(by)
    seen = [each for each in all_metrics() if each.key.startswith(f"{room}.") and may_see(each, by)]
    if not seen:
        raise NotFound
    return render(request, "studio/metrics/_values.html", {"rows": [_row(each, by, reader) for each in seen]})


@require_POST
def restore(request: HttpRequest, key: str) -> HttpResponse:
    restore_metric(key, by=cast(Page, request).actor)
    return done(HOME)


def _named(room: str) -> str:
    names = {"commerce": _("Commerce"), "customers": _("Customers"), "lifecycle": _("Lifecycle"),
             MADE_HERE: _("Made here")}  # fmt: skip
    return names.get(room) or str(apps.get_app_config(room).verbose_name)


def _row(metric: Metric, by: Actor, reader: Reader) -> dict[str, Any]:
    last = last_full(metric.grain)
    found = _kept(metric, by)
    said, tone = against(found, metric, reader)
    return {
        "metric": metric, "url": f"{HOME}{metric.key}/", "value": written(found[-1] if found else None, metric, reader),
        "period": period_named(last, metric.grain, reader), "against": said, "tone": tone, "points": spark(found),
        "grain": GRAIN_LABELS[metric.grain],
    }  # fmt: skip


def _kept(metric: Metric, by: Actor) -> list[Decimal | None]:
    """Of the last periods that are over; asked of the lake once a minute for each who looks."""
    last = last_full(metric.grain)
    name = f"metric:{metric.key}:{metric.version}:{by.log_name}:{last}"
    found: list[Decimal | None] | None = cache.get(name)
    if found is None:
        told = read(metric, by=by, first=back(last, metric.grain, _PERIODS), last=last)
        found = [each.value for each in told]
        cache.set(name, found, _KEPT)
    return found
