"""Verbs on API keys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock, crypto
from perennial.foundation.errors import Invalid
from perennial.workspace.actor import Actor
from perennial.workspace.models import ApiKey, Role


def create_key(name: str, *, role: Role | None, by: Actor) -> tuple[ApiKey, str]:
    """A new key and its secret, which nobody can read again. Without a role it is an intake key."""
    if not name.strip():
        raise Invalid({"name": _("Give the key a name, so that you know later what uses it.")})
    kind = ApiKey.Kind.INTAKE if role is None else ApiKey.Kind.API
    secret = f"pk_{'in' if role is None else 'api'}_{crypto.new_secret()}"
    key = ApiKey.objects.create(
        name=name.strip()[:80],
        kind=kind,
        prefix=secret[:12],
        digest=crypto.digest(secret),
        role=role,
        created_by_id=by.user_id,
    )
    return key, secret


def revoke_key(key: ApiKey) -> None:
    """From now on the key opens nothing. Its row stays, because the logs name it."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.real_now())
