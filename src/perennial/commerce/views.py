"""The page from which a firm leaves the sample shop behind."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perennial.commerce.sample import remove_sample
from perennial.web.screens.settings.frame import allowed, settings_page
from perennial.workspace.firm import the_firm


@require_http_methods(["GET", "POST"])
def sample(request: HttpRequest) -> HttpResponse:
    """What goes and what stays; then the firm says who it is."""
    by = allowed(request, "settings.manage")
    has_sample = the_firm().has_sample
    if request.method == "POST":
        remove_sample(by=by)
        messages.success(request, _("The sample is gone. Say who you are, and bring in your customers."))
        return HttpResponseRedirect("/settings/firm/")
    heading = _("Start with your own firm") if has_sample else _("There is no sample here")
    return settings_page(request, "commerce/sample.html", heading=heading, context={"has_sample": has_sample})
