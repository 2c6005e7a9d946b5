"""The demo: a firm that sells gifts, its administrator, and the import of the sample as a background job."""

from __future__ import annotations

import os
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from perennial.foundation import clock
from perennial.server.links import sign_in_link
from perennial.workspace.firm import forget_firm
from perennial.workspace.models import Firm, Role, User
from perennial.workspace.staff import create_user

EMAIL = "ada@example.com"
NAME = "Ada"
ZONE = "Europe/London"
DATA_ENDS = datetime(2011, 12, 9, 12, 50, tzinfo=ZoneInfo(ZONE))  # the last line of the sample


def prepare() -> None:
    """Make what is missing, and leave a fresh sign-in link for the supervisor to show. Twice does nothing twice."""
    with transaction.atomic():
        set_up_firm()
        user = administrator()
    path = settings.PERENNIAL_HOME / "sign_in_link"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(sign_in_link(user) + "\n")


def set_up_firm() -> None:
    """The shop of the sample, on a business clock that stands where its data end. A firm that is there stays."""
    if Firm.objects.filter(set_up_at__isnull=False).exists():
        return
    now = clock.real_now()
    Firm.objects.update_or_create(
        pk=1,
        defaults={
            "name": "Online Retail",
            "currency": "GBP",
            "timezone": ZONE,
            "sells_to": Firm.SellsTo.FIRMS,
            "sells": Firm.Sells.SHOP,
            "clock_offset_seconds": int((now - DATA_ENDS).total_seconds()),
            "has_sample": True,
            "set_up_at": now,
        },
    )
    forget_firm()


def administrator() -> User:
    """Ada; in a data folder that a real firm uses, its first administrator."""
    role = Role.objects.get(key="administrator")
    found = User.objects.filter(email=EMAIL, is_active=True).first()
    found = found or User.objects.filter(role=role, is_active=True).order_by("id").first()
    return found or create_user(EMAIL, name=NAME, role=role)
