"""Links that let one person in once."""

from __future__ import annotations

from django.conf import settings

from perennial.workspace import access
from perennial.workspace.models import User


def sign_in_link(user: User) -> str:
    return f"{settings.PUBLIC_URL}/sign-in/{access.token_for(user, 'sign-in')}/"


def reset_link(user: User) -> str:
    return f"{settings.PUBLIC_URL}/password/{access.token_for(user, 'reset')}/"
