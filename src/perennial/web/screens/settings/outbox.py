"""Mail to colleagues: what was sent, and what waits here while no mail server is set."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from perennial.web.screens.settings.frame import allowed, settings_page
from perennial.workspace.mail import has_smtp
from perennial.workspace.models import Mail
from perennial.workspace.rights import EVERYTHING


@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    by = allowed(request, "users.manage")
    may_open = by.rights.covers(EVERYTHING)  # the links let one in as whoever they were written to
    mails = [{"to": mail.to, "subject": mail.subject, "at": mail.sent_at or mail.created_at,
              "body": mail.body if may_open else "",
              "state": _("sent") if mail.sent_at else _("failed") if mail.error else _("kept")}
             for mail in Mail.objects.order_by("-id")[:100]]  # fmt: skip
    heading = _("Mail to colleagues") if has_smtp() else _("Mail that waits for a server")
    sub = (
        "" if has_smtp() else _("Set SMTP_URL and start again, and it is sent. Until then you can open the links here.")
    )
    return settings_page(request, "web/settings/outbox.html", heading=heading, sub=sub, context={"mails": mails})
