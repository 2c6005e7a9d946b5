"""Merging all pairs from a confidence on that a person chooses: a few at once, many by the worker, which tells."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perennial.foundation.errors import Forbidden, NotFound
from perennial.objects.duplicates.deciding import merge_surest
from perennial.objects.duplicates.merging import may_merge, merged_kinds
from perennial.objects.duplicates.pairs import count_open
from perennial.objects.duplicates.working import merged_sentence
from perennial.objects.jobs import merge_duplicates
from perennial.web.middleware import Page
from perennial.web.regions import Toast, answer_regions, is_partial
from perennial.web.screens.duplicates import queue_url

USUAL = Decimal(99)
LEAST, MOST = Decimal(50), Decimal(100)
AT_ONCE = 20  # merges take some hundredths of a second each


def merge_all(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = next((each for each in merged_kinds(by) if each.key == kind_key), None)
    if kind is None:
        raise NotFound
    if not may_merge(kind, by):
        raise Forbidden
    text = (request.POST if request.method == "POST" else request.GET).get("least", str(USUAL))
    least = _percent(text)
    count, is_more = count_open(kind, by=by, least=float(least) / 100) if least is not None else (0, False)
    if request.method != "POST" or least is None:
        error = _("Name a number from 50 to 100.") if least is None else ""
        return render(request, "web/_merge_surest.html", {
            "action": request.path, "least": text[:10], "error": error, "sentence": _sentence(count, is_more),
        }, status=422 if request.method == "POST" else 200)  # fmt: skip
    if count > AT_ONCE:
        merge_duplicates.later(object_key=kind.key, least=float(least) / 100, actor=by.log_name)
        said = _("They are being merged. You will be told when it is done.")
    else:
        merged, refused = merge_surest(kind, least=float(least) / 100, by=by)
        said = merged_sentence(merged, refused)
    if not is_partial(request):
        messages.success(request, said)
        return HttpResponseRedirect(queue_url(kind))
    response = answer_regions(request, toast=Toast(said))
    response.headers["HX-Trigger"] = "record-changed, dialog-done, pairs-changed"
    return response


def _percent(text: str) -> Decimal | None:
    try:
        least = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return least if least.is_finite() and LEAST <= least <= MOST else None


def _sentence(count: int, is_more: bool) -> str:
    if is_more:
        return _("More than %(count)s pairs would be merged.") % {"count": count}
    return ngettext("%(count)s pair would be merged.", "%(count)s pairs would be merged.", count) % {"count": count}
