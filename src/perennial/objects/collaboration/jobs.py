"""Background work of collaboration."""

from __future__ import annotations

from perennial.foundation.jobs import job, loop
from perennial.objects.collaboration.changes_told import tell_followers
from perennial.objects.collaboration.digest import send_digests


@loop("objects.tell_followers", every=3.0)
def tell_followers_turn() -> int:
    return tell_followers()


@job("objects.mail_digests", queue="mail", cron="* * * * *")
def mail_digests() -> None:
    send_digests()
