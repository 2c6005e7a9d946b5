"""Who is calling: a key in the Authorization header (RFC 6750)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import SignInNeeded
from perennial.workspace.access import actor_by_secret
from perennial.workspace.actor import Actor


def actor_of_request(request: HttpRequest) -> Actor:
    """The key's actor. Raises SignInNeeded for a missing, unknown, revoked or intake key."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise SignInNeeded(_("Send an API key: Authorization: Bearer <key>. Keys are made under Settings, Keys."))
    actor = actor_by_secret(secret.strip())
    if actor is None:
        raise SignInNeeded(_("This key is unknown or was revoked. Make a new one under Settings, Keys."))
    return actor
