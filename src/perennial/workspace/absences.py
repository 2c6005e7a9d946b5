"""Being away: a user names a deputy from one moment until another. What the one owns the other may use meanwhile, with
the rights of their own role. It ends by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.errors import Invalid, NotFound
from perennial.workspace.models import Absence, User

LONGEST = timedelta(days=366)


def go_away(user: User, *, deputy_id: int | None, starts: datetime | None, ends: datetime | None) -> Absence:
    """Name a deputy. Refused with a sentence by field: "deputy", "starts", "ends"."""
    now = clock.real_now()
    starts = now if starts is None or starts < now else starts
    deputy = User.objects.filter(pk=deputy_id or 0, is_active=True).exclude(pk=user.pk).first()
    if deputy is None:
        raise Invalid({"deputy": _("Choose the colleague who stands in for you.")})
    if ends is None or ends <= starts:
        raise Invalid({"ends": _("Choose the last day on which you are away; it must not be over yet.")})
    if ends - starts > LONGEST:
        raise Invalid({"ends": _("At most a year at a time.")})
    return Absence.objects.create(user=user, deputy=deputy, starts=starts, ends=ends)


def be_back(user: User, absence_id: int) -> Absence:
    """End an absence now, or call off one that was to come."""
    now = clock.real_now()
    absence = Absence.objects.filter(pk=absence_id, user=user, ends__gt=now).select_related("deputy").first()
    if absence is None:
        raise NotFound
    absence.ends = max(now, absence.starts)
    absence.save(update_fields=["ends"])
    if absence.starts > now:
        absence.delete()
    return absence


def all_absences() -> list[Absence]:
    """Everybody's that are not over, the next one first."""
    found = Absence.objects.filter(ends__gt=clock.real_now()).select_related("user", "deputy")
    return list(found.order_by("starts", "id"))


def absences_of(user: User) -> list[Absence]:
    """Those that are not over, the next one first."""
    return list(
        Absence.objects.filter(user=user, ends__gt=clock.real_now()).select_related("deputy").order_by("starts")
    )


def standing_in(user: User) -> list[Absence]:
    """For whom the user stands in now or will, the next one first."""
    found = Absence.objects.filter(deputy=user, ends__gt=clock.real_now(), user__is_active=True)
    return list(found.select_related("user").order_by("starts"))
