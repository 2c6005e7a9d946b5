"""Answering what an automation asks: approve, or refuse with a reason. For whoever is asked, with any role."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perennial.automation.models import Approval, Automation
from perennial.automation.running.asking import decide, may_answer
from perennial.foundation.errors import Invalid, NotFound
from perennial.objects.titles import titles_of
from perennial.web.middleware import Page
from perennial.workspace.actor import Actor


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, approval_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    approval = _asked(approval_id, by)
    subject = (approval.object_key, approval.record_id)
    titles = titles_of([subject], by=by)
    if subject not in titles:
        raise NotFound
    error = ""
    if request.method == "POST":
        is_approved = request.POST.get("answer") == "approve"
        try:
            decide(approval_id, is_approved=is_approved, reason=request.POST.get("reason", ""), by=by)
        except Invalid as wrong:
            error = str(wrong.fields["reason"])
        else:
            messages.success(request, _("Approved; it goes on.") if is_approved else _("Refused; it goes on without."))
            return HttpResponseRedirect("/")
    automation = Automation.objects.filter(pk=approval.automation_id).first()
    return render(request, "studio/automations/question.html", {
        "approval": approval, "title": titles[subject], "record_url": f"/o/{subject[0]}/{subject[1]}/", "error": error,
        "automation": automation.name if automation else "", "reason": request.POST.get("reason", ""),
    }, status=422 if error else 200)  # fmt: skip


def _asked(approval_id: int, by: Actor) -> Approval:
    """One that the actor is asked; answered ones too, to be told so."""
    found = Approval.objects.filter(pk=approval_id).first()
    if found is None or not may_answer(found, by):
        raise NotFound
    return found
