"""Serves every page template with a plausible context, without a database: for looking at them, and for axe.

python -m perennial.web.tests.preview [PORT]         # then open /preview/today
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perennial.server.settings")

import django
from django.conf import settings

settings.MIDDLEWARE = ["perennial.server.headers.security_headers", "django.middleware.locale.LocaleMiddleware"]
settings.ROOT_URLCONF = __name__ if __name__ != "__main__" else "perennial.web.tests.preview"
settings.ALLOWED_HOSTS = ["*"]
settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
django.setup()

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from perennial.foundation import clock
from perennial.web.kit.reader import reader_of
from perennial.web.kit.specimens import TODAY
from perennial.web.kit_page import kit_page
from perennial.web.places import Place, places, register_place
from perennial.web.tests.contexts import contexts
from perennial.workspace.actor import Actor
from perennial.workspace.models import Firm
from perennial.workspace.rights import EVERYTHING

SIGNED_OUT = (
    "sign-in",
    "sign-in-wrong",
    "forgotten",
    "sent",
    "invitation",
    "expired",
    "first-run",
    "missing",
    "forbidden",
    "broken",
)


def dress(request: HttpRequest, *, name: str) -> None:
    """An actor and a user without any table."""
    is_in = name not in SIGNED_OUT
    theme = request.GET.get("theme", "auto")
    actor = Actor("user", 1, "Ada", EVERYTHING, language=request.GET.get("language", "en"), number_format="en_GB")
    request.__dict__["actor"] = actor if is_in else None
    request.__dict__["user"] = SimpleNamespace(is_authenticated=True, theme=theme)
    request.__dict__["_messages"] = []


def preview(request: HttpRequest, name: str) -> HttpResponse:
    dress(request, name=name)
    if name == "kit":
        return kit_page(request)
    template, context = contexts(request, reader_of(request.__dict__["actor"]))[name]
    return render(request, template, context)


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<div id="running" class="running"></div>')


def found(request: HttpRequest) -> HttpResponse:
    dress(request, name="found")
    hits = [
        {"url": "#", "title": name, "detail": detail, "stage": stage}
        for name, detail, stage in (
            ("Hargreaves & Daughters", "York · loyalty, quiet", "loyalty"),
            ("Harcourt Ltd", "post@harcourt.example", "reach"),
        )
    ]
    pages = [
        {"url": "#", "title": "Lifecycle", "detail": "Where everyone is", "icon": "plant-2"},
        {"url": "#", "title": "Import a file", "icon": "upload"},
    ]
    return render(
        request,
        "web/_found.html",
        {
            "q": request.GET.get("q", ""),
            "groups": [{"label": "Customers", "hits": hits}, {"label": "Pages", "hits": pages}],
        },
    )


urlpatterns = [path("preview/<str:name>", preview), path("running/", nothing), path("search/", found)]


def arrange() -> None:
    """A firm and some places, held in memory."""
    firm: Any = Firm(pk=1, name="Sample shop", currency="GBP", timezone="Europe/London", has_sample=True)
    Firm.objects = SimpleNamespace(filter=lambda **_names: SimpleNamespace(first=lambda: firm))  # type: ignore[assignment]
    clock.set_offset_source(lambda: clock.real_now() - TODAY + timedelta())
    for place in (
        Place("today", "Today", "/", icon="sun", order=10, shortcut="t", count=lambda by: 7),
        Place("customers", "Customers", "/preview/customers", icon="users", order=20, shortcut="c"),
        Place("companies", "Companies", "/companies/", icon="building", order=30),
        Place("lifecycle", "Lifecycle", "/preview/lifecycle", icon="plant-2", order=40, shortcut="l"),
        Place("orders", "Orders", "/orders/", icon="receipt", group="understand"),
        Place("import", "Import", "/preview/imports", icon="table-import", group="shape"),
        Place("settings", "Settings", "/settings/", icon="settings", group="shape", order=90),
    ):
        if place.key not in places:
            register_place(place)


def serve(port: int) -> ThreadedWSGIServer:
    arrange()
    server = ThreadedWSGIServer(("127.0.0.1", port), WSGIRequestHandler)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    return server


if __name__ == "__main__":
    serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8770).serve_forever()
