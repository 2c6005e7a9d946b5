"""Work that goes on in the background, on a page of its own: the page, the region that asks again, and stopping it.

    PAGE = WorkPage("web/export_run.html", "web/_export_run.html", _context_of, _stop)
    run, progress, stop_export = views_of(PAGE)

Addresses name the work as `work_id`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from perennial.web.middleware import Page
from perennial.workspace.actor import Actor

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class WorkPage:
    """`context` is what both templates need, `sub` (how it stands, in a sentence) among it; `stop` ends the work and
    answers with the address to go to. Both raise NotFound for work that is not the actor's to see."""

    page: str
    region: str
    context: Callable[[int, Actor], dict[str, Any]]
    stop: Callable[[int, Actor], str]


def views_of(page: WorkPage) -> tuple[View, View, View]:
    """The page, its region, and stopping."""
    return (
        require_GET(partial(_whole, page)), require_GET(partial(_progress, page)), require_POST(partial(_stop, page)),
    )  # fmt: skip


def answer_progress(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The region, and with it the sentence under the page's title, which would else say what was."""
    sub = format_html('<div class="sub" id="page-sub" hx-swap-oob="true">{}</div>', context["sub"])
    return HttpResponse(render_to_string(template, context, request) + sub)


def _whole(page: WorkPage, request: HttpRequest, work_id: int) -> HttpResponse:
    return render(request, page.page, page.context(work_id, cast(Page, request).actor))


def _progress(page: WorkPage, request: HttpRequest, work_id: int) -> HttpResponse:
    return answer_progress(request, page.region, page.context(work_id, cast(Page, request).actor))


def _stop(page: WorkPage, request: HttpRequest, work_id: int) -> HttpResponse:
    return HttpResponseRedirect(page.stop(work_id, cast(Page, request).actor))
