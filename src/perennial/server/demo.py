"""The demo: a firm that sells gifts, its administrator, and the import of the sample as a background job."""

from __future__ import annotations

import os

from django.conf import settings

from perennial.server.links import sign_in_link
from perennial.workspace.models import Role, User
from perennial.workspace.staff import create_user

EMAIL = "ada@example.com"
NAME = "Ada"


def prepare() -> None:
    """Make what is missing, and leave a fresh sign-in link for the supervisor to show. Twice does nothing twice."""
    user = administrator()
    path = settings.PERENNIAL_HOME / "sign_in_link"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(sign_in_link(user) + "\n")


def administrator() -> User:
    found = User.objects.filter(email=EMAIL).first()
    return found or create_user(EMAIL, name=NAME, role=Role.objects.get(key="administrator"))
