"""The health page: how far the background work is behind, what was refused, and what stalled."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from perennial.customers.intake.quarantine import quarantine, refused_since
from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, NotFound
from perennial.foundation.sql import execute, fetch
from perennial.lake.progress import lag
from perennial.server.checks import LEAST_DISK
from perennial.server.health import queue_depths
from perennial.server.models import LoopState
from perennial.timeline.consumers import Log, lag_seconds
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.places import places_for
from perennial.workspace.actor import Actor

URL = "/settings/health/"
WORRYING_LAG = 60.0
MOST_SHOWN = 50


@dataclass(frozen=True)
class Check:
    label: str | Promise
    value: str
    note: str | Promise = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class RefusedEvent:
    at: datetime
    reason: str
    sample: str
    count: int = 0


@dataclass(frozen=True)
class StalledJob:
    name: str
    state: str
    since: datetime
    error: str = ""
    retry_url: str = ""


def health(request: HttpRequest) -> HttpResponse:
    by = cast(Page, request).actor
    if not by.may("health.view"):
        raise Forbidden
    checks, jobs = all_checks(by), stalled_jobs(by)
    worries = sum(check.tone == "warn" for check in checks)
    heading = (
        ngettext("%(count)s thing needs a look", "%(count)s things need a look", worries) % {"count": worries}
        if worries
        else _("Everything runs")
    )
    pages = [
        {"label": place.label, "url": place.url, "is_here": place.url == URL}
        for place in places_for(by, kind="settings")
    ]
    context = {"title": _("Health"), "heading": heading, "pages": pages, "checks": checks, "jobs": jobs}
    refused = [
        RefusedEvent(each.received_at, ": ".join(filter(None, (each.key_name, each.sentence))), each.body)
        for each in quarantine(by=by, limit=MOST_SHOWN)
    ]
    return render(request, "web/settings/health.html", context | {"refused": refused, "refused_url": ""})


@require_POST
def try_again(request: HttpRequest, job_id: int) -> HttpResponse:
    """Put a job that failed for good back into the queue."""
    by = cast(Page, request).actor
    if not by.may("settings.manage"):
        raise Forbidden
    if not fetch("SELECT 1 FROM procrastinate_jobs WHERE id = %s AND status = 'failed'", [job_id]):
        raise NotFound
    execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])
    return HttpResponseRedirect(URL)


def all_checks(by: Actor) -> list[Check]:
    return [*_lags(by), _queue(by), _loops(by), _refused(by), _disk(by)]


def stalled_jobs(by: Actor) -> list[StalledJob]:
    loops = [
        StalledJob(state.name, _("fails and is tried again"), state.last_error_at or clock.real_now(), state.last_error)
        for state in LoopState.objects.order_by("name")
        if state.is_stalled
    ]
    rows = fetch(
        "SELECT j.id, j.task_name, coalesce(max(e.at), now()) FROM procrastinate_jobs j"
        " LEFT JOIN procrastinate_events e ON e.job_id = j.id WHERE j.status = 'failed'"
        " GROUP BY j.id ORDER BY j.id DESC LIMIT %s",
        [MOST_SHOWN],
    )
    may_retry = by.may("settings.manage")
    return loops + [
        StalledJob(name, _("has failed"), since, retry_url=f"{URL}{job_id}/again/" if may_retry else "")
        for job_id, name, since in rows
    ]


def _lags(by: Actor) -> list[Check]:
    """The worst lag of each reader of the logs, by its name."""
    worst: dict[str, float] = {}
    for name, log in fetch("SELECT name, log FROM timeline_consumer ORDER BY name"):
        worst[name] = max(worst.get(name, 0.0), lag_seconds(name, cast(Log, log)))
    worst["lake"] = lag().seconds
    reader = reader_of(by)
    return [
        Check(
            _("%(name)s is behind by") % {"name": name},
            _("%(seconds)s s") % {"seconds": reader.number(round(seconds, 1) if seconds < 10 else round(seconds))},
            _("It should be a few seconds.") if seconds > WORRYING_LAG else _("behind the database"),
            "warn" if seconds > WORRYING_LAG else "",
        )
        for name, seconds in worst.items()
    ]


def _queue(by: Actor) -> Check:
    depths = queue_depths()
    waiting = sum(count for (_queue_name, status), count in depths.items() if status in ("todo", "doing"))
    failed = sum(count for (_queue_name, status), count in depths.items() if status == "failed")
    note = ngettext("%(count)s has failed", "%(count)s have failed", failed) % {"count": failed}
    number = reader_of(by).number(waiting)
    note = note if failed else _("none has failed")
    return Check(_("Jobs waiting or running"), number, note, "warn" if failed else "")


def _loops(by: Actor) -> Check:
    states = list(LoopState.objects.all())
    stalled = sum(state.is_stalled for state in states)
    turning = f"{len(states) - stalled} / {len(states)}"
    return Check(_("Loops that turn"), turning, _("see below") if stalled else "", "warn" if stalled else "")


def _refused(by: Actor) -> Check:
    count = refused_since(clock.real_now() - timedelta(days=1), by=by)
    return Check(_("Refused events"), reader_of(by).number(count), _("in the last 24 hours"), "warn" if count else "")


def _disk(by: Actor) -> Check:
    free = shutil.disk_usage(settings.PERENNIAL_HOME).free
    value = _("%(size)s GB") % {"size": reader_of(by).number(round(free / 1e9, 1))}
    return Check(_("Free on the disk"), value, "", "warn" if free < LEAST_DISK else "")
