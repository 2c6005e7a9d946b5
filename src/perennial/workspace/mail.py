"""Mail to colleagues: sent through the SMTP server that is set, kept in a visible outbox while there is none."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from perennial.foundation import clock
from perennial.foundation.jobs import job
from perennial.workspace.models import Mail


def has_smtp() -> bool:
    return bool(settings.EMAIL_HOST)


def write_mail(to: str, *, subject: str, body: str) -> Mail:
    """Put a message into the outbox, and send it soon when there is a server to send it through."""
    mail = Mail.objects.create(to=to, subject=subject[:200], body=body)
    if has_smtp():
        send_mail.later(mail_id=mail.pk)
    return mail


@job("workspace.send_mail", queue="mail", retries=5)
def send_mail(mail_id: int) -> None:
    """Hand one message to SMTP. It is claimed first, so that a crash leaves it in doubt rather than sent twice."""
    if not Mail.objects.filter(pk=mail_id, sent_at=None).update(sent_at=clock.real_now()):
        return
    mail = Mail.objects.get(pk=mail_id)
    try:
        EmailMessage(mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to]).send()
    except (smtplib.SMTPException, OSError) as error:
        Mail.objects.filter(pk=mail_id).update(sent_at=None, error=str(error)[:500])
        raise
