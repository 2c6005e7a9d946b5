"""Events that websites and apps sent under names of their own: by which key, when last, and which are offered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from perennial.foundation.text import whole_number
from perennial.objects.observed.hiding import PERMISSION, hide, observed, show
from perennial.objects.observed.types import spoken
from perennial.web.screens.settings.frame import allowed, settings_page

URL = "/settings/events/"


@require_http_methods(["GET", "HEAD", "POST"])
def events(request: HttpRequest) -> HttpResponse:
    """POST hides or shows the chosen ones."""
    by = allowed(request, PERMISSION)
    if request.method == "POST":
        ids = [number for text in request.POST.getlist("id")[:1_000] if (number := whole_number(text)) is not None]
        (show if request.POST.get("does") == "show" else hide)([each for each in ids if each < 2**63], by=by)
        return HttpResponseRedirect(URL)
    rows = [{"id": each.id, "label": spoken(each.type), "type": each.type, "source": each.source, "seen": each.seen_at,
             "properties": _said(each.properties),
             "is_hidden": each.is_hidden} for each in observed(by)]  # fmt: skip
    return settings_page(
        request, "web/settings/events.html", heading=_("Events from outside"),
        sub=_("What websites and apps call by names of their own. Rules ask for them; hidden ones are not offered."),
        context={"events": rows})  # fmt: skip


def _said(count: int) -> str:
    return ngettext("%(count)s property", "%(count)s properties", count) % {"count": count}
