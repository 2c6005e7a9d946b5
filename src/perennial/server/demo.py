"""The demo: a real shop's year behind the same import that a firm uses, and an administrator to look at it."""

from __future__ import annotations

import os
import sys

from django.conf import settings
from django.db import transaction

from perennial.commerce.sample import start_sample
from perennial.foundation.errors import Conflict
from perennial.server.links import sign_in_link
from perennial.workspace.actor import actor_of_user
from perennial.workspace.models import Role, User
from perennial.workspace.staff import create_user

EMAIL = "ada@example.com"
NAME = "Ada"


def prepare() -> None:
    """Make what is missing, and leave a fresh sign-in link for the supervisor to show. Twice does nothing twice."""
    with transaction.atomic():
        user = administrator()
    try:
        start_sample(by=actor_of_user(user))
    except Conflict as refusal:  # a firm at work: show it as it is
        print(refusal, file=sys.stderr)  # noqa: T201
    path = settings.PERENNIAL_HOME / "sign_in_link"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(sign_in_link(user) + "\n")


def administrator() -> User:
    """Ada; in a data folder that a real firm uses, its first administrator."""
    role = Role.objects.get(key="administrator")
    found = User.objects.filter(email=EMAIL, is_active=True).first()
    found = found or User.objects.filter(role=role, is_active=True).order_by("id").first()
    if found is None:
        found = create_user(EMAIL, name=NAME, role=role)
        User.objects.filter(pk=found.pk).update(number_format="en_GB")  # the sample is a British shop's
    return found
