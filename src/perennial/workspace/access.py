"""Signing in by password, by key and by token. Verbs on users, invitations and keys are in `staff` and `keys`."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password

from perennial.foundation import clock, crypto
from perennial.workspace.models import ApiKey, User

SIGN_IN_LINK_SECONDS = 24 * 3600
RESET_SECONDS = 2 * 3600
INVITATION_SECONDS = 7 * 24 * 3600
_LAST_USED_GRAIN = timedelta(minutes=1)


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


def key_by_secret(secret: str, *, kind: ApiKey.Kind) -> ApiKey | None:
    """The live key with this secret, by its hash; notes its use at most once a minute."""
    key = ApiKey.objects.select_related("role").filter(digest=crypto.digest(secret), kind=kind, revoked_at=None).first()
    if key is not None and (key.last_used_at is None or key.last_used_at < clock.real_now() - _LAST_USED_GRAIN):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=clock.real_now())
    return key


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
