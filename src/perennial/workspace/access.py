"""Signing in by password, by key and by token. Verbs on users, invitations and keys are in `staff` and `keys`."""

from __future__ import annotations

import json
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password

from perennial.foundation import clock, crypto
from perennial.foundation.sql import fetch_planned
from perennial.workspace.actor import Actor, key_actor
from perennial.workspace.models import ApiKey, User
from perennial.workspace.rights import Rights

SIGN_IN_LINK_SECONDS = 24 * 3600
RESET_SECONDS = 2 * 3600
INVITATION_SECONDS = 7 * 24 * 3600
_KEY = (
    "SELECT k.id, k.name, r.rights::text, coalesce(k.last_used_at > now() - interval '1 minute', false)"
    " FROM workspace_apikey k JOIN workspace_role r ON r.id = k.role_id"
    " WHERE k.digest = %s AND k.kind = 'api' AND k.revoked_at IS NULL"
)


def user_by_password(email: str, password: str) -> User | None:
    """The active user with this address and password. Takes as long for an address that nobody has."""
    user = User.objects.select_related("role").filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        make_password(password)
        return None

    def upgrade(raw: str) -> None:
        user.set_password(raw)
        user.save(update_fields=["password"])

    return user if check_password(password, user.password, setter=upgrade) else None


def actor_by_secret(secret: str) -> Actor | None:
    """Who acts with this API key, by its hash; None when it is unknown, revoked or for events only. One statement, at
    every request, so that a key that is revoked and a role that is changed hold from the next one on."""
    found = fetch_planned(_KEY, [crypto.digest(secret)])
    if not found:
        return None
    key_id, name, rights, is_noted = found[0]
    if not is_noted:
        ApiKey.objects.filter(pk=key_id).update(last_used_at=clock.real_now())
    return key_actor(key_id, name, _rights(rights))


@lru_cache(maxsize=256)
def _rights(text: str) -> Rights:
    return Rights.from_json(json.loads(text))


def token_for(user: User, purpose: str) -> str:
    """A signed token that ends with its time, with the next password change and with the next sign-in by it."""
    return crypto.sign(purpose, [user.pk, _state(user)])


def user_by_token(token: str, purpose: str, *, max_age_seconds: int) -> User | None:
    value = crypto.unsign(purpose, token, max_age_seconds=max_age_seconds)
    if not (isinstance(value, list) and len(value) == 2):
        return None
    user = User.objects.select_related("role").filter(pk=value[0], is_active=True).first()
    return user if user is not None and crypto.same(str(value[1]), _state(user)) else None


def _state(user: User) -> str:
    """Changes when the password changes or the user signs in, which makes every token single-use."""
    return crypto.digest(f"{user.pk}:{user.password}:{user.last_login}")[:16]
