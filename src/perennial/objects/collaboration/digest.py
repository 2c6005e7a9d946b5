"""What people were told, by mail: at once, or once a day in the morning of their own zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perennial.foundation import clock
from perennial.objects.collaboration.models import MailChoice
from perennial.timeline.models import Notification
from perennial.workspace.actor import Actor, actor_of_user
from perennial.workspace.firm import the_firm
from perennial.workspace.mail import write_mail

MORNING = 7  # o'clock, in the zone of whoever reads it
_MOST = 50  # sentences of one mail
_QUIET = timedelta(seconds=45)  # so long a notification waits for the next, and for being read


def mail_choice(by: Actor) -> str:
    found = MailChoice.objects.filter(user_id=by.user_id or 0).values_list("mode", flat=True).first()
    return found or MailChoice.Mode.NEVER


def choose_mail(mode: str, *, by: Actor) -> None:
    """What has been told before is not mailed any more."""
    if by.user_id is None or mode not in MailChoice.Mode.values:
        return
    newest = Notification.objects.filter(user_id=by.user_id).order_by("-pk").values_list("pk", flat=True).first()
    with transaction.atomic():
        choice, is_new = MailChoice.objects.select_for_update().get_or_create(user_id=by.user_id)
        if is_new or choice.mode != mode:
            choice.mode, choice.last_id = mode, newest or 0
            choice.save()


def send_digests() -> int:
    """Write the mails that are due; how many. What was read meanwhile needs no mail."""
    sent = 0
    now = clock.real_now()
    waiting = MailChoice.objects.filter(user__is_active=True).exclude(mode=MailChoice.Mode.NEVER).select_related("user")
    for choice in waiting.iterator():
        by = actor_of_user(choice.user)
        if choice.mode == MailChoice.Mode.DAILY and not _is_morning(choice, by, now):
            continue
        sent += _send(choice.pk, by, choice.user.email, now)
    return sent


def _send(choice_id: int, by: Actor, address: str, now: datetime) -> bool:
    with transaction.atomic():
        choice = MailChoice.objects.select_for_update().get(pk=choice_id)
        fresh = list(Notification.objects.filter(user_id=by.id, pk__gt=choice.last_id).order_by("pk")[: 4 * _MOST])
        if choice.mode == MailChoice.Mode.AT_ONCE:
            fresh = [each for each in fresh if each.created_at <= now - _QUIET]
        if not fresh and choice.mode == MailChoice.Mode.AT_ONCE:
            return False
        unread = [each for each in fresh if each.read_at is None]
        choice.last_id, choice.mailed_at = fresh[-1].pk if fresh else choice.last_id, now
        choice.save()
        if unread:
            with translation.override(by.language):
                write_mail(address, subject=_subject(unread), body=_body(unread, by))
    return bool(unread)


def _is_morning(choice: MailChoice, by: Actor, now: datetime) -> bool:
    zone = ZoneInfo(by.timezone)
    here = now.astimezone(zone)
    return here.hour >= MORNING and (choice.mailed_at is None or choice.mailed_at.astimezone(zone).date() < here.date())


def _subject(unread: list[Notification]) -> str:
    if len(unread) == 1:
        return " ".join(unread[0].sentence.split())
    said = ngettext("%(count)s new message from %(firm)s", "%(count)s new messages from %(firm)s", len(unread))
    return said % {"count": len(unread), "firm": the_firm().name or "Perennial"}


def _body(unread: list[Notification], by: Actor) -> str:
    lines = [_("Hello %(name)s,") % {"name": by.name}, ""]
    for each in unread[:_MOST]:
        lines += [each.sentence, *([f"{settings.LINKS_BEGIN_WITH}{each.url}"] if _has_link(each) else []), ""]
    if len(unread) > _MOST:
        lines += [_("And %(count)s more.") % {"count": len(unread) - _MOST}, ""]
    lines.append(_("You chose to be mailed this. Change it in Perennial, under Your settings."))
    return "\n".join(lines)


def _has_link(each: Notification) -> bool:
    """Only where it is known how the house is called from outside."""
    return bool(each.url and settings.LINKS_BEGIN_WITH)
