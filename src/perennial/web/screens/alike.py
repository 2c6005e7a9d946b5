"""A word of warning while somebody types a record that is here already. It comes by POST, so that nothing typed stands
in an address; it writes nothing."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from perennial.objects.duplicates.alike import Alike, alike, is_asked
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of, record_url


@require_POST
def alike_records(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by, "create")
    found = alike(kind, request.POST.dict(), by=by) if is_asked(kind) else []
    return render(request, "web/_alike.html", {
        "found": [{"url": record_url(kind.key, each.id), "title": each.title, "reason": _reason(each)}
                  for each in found],
    })  # fmt: skip


def _reason(found: Alike) -> str:
    return _("same or alike: %(fields)s") % {"fields": ", ".join(str(field.label) for field in found.fields)}
