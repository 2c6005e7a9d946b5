"""The kit page: every component with a specimen, for whoever builds screens."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from perennial.web.kit import specimens
from perennial.web.kit.icons import ICONS
from perennial.web.kit.stages import STAGES, STANDINGS
from perennial.web.shell import Shell


def kit_page(request: HttpRequest) -> HttpResponse:
    shell = Shell(request)
    if not (settings.DEBUG or shell.may_manage):
        raise Http404
    return render(
        request,
        "web/kit.html",
        {
            "icons": ICONS,
            "tones": ("paper", "sunken", "accent", "accent-soft", "warn", "gold"),
            "stages": STAGES,
            "standings": STANDINGS,
            "life": specimens.lifeline(),
            "span": "Dec 2010 to today, 18 orders, £2,925",
            "needs": specimens.needs(),
            "figures": specimens.figures(),
            "where": specimens.where(),
            "columns": specimens.columns(),
            "rows": specimens.rows(shell.reader),
            "clauses": specimens.clauses(),
            "ready": specimens.ready(),
            "path": "/kit/",
            "find_placeholder": "Name, e-mail, phone",
            "clear_url": "#",
            "entries": specimens.entries(),
            "inputs": specimens.inputs(),
            "buttons": specimens.buttons(),
        },
    )
