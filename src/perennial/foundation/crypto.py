"""Keys shown once and stored hashed; tokens that are signed and end; secrets that must be told again, encrypted."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing

from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    from cryptography import fernet
else:
    fernet = on_demand("cryptography.fernet")

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def new_secret(length: int = 32) -> str:
    """A random string without letters that look alike; 5.8 bits a character."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def digest(secret: str) -> str:
    """SHA-256 in hex. Enough for random keys of 128 bits and more; passwords go through Argon2 instead."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(first: str, second: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(first.encode(), second.encode())


def sign(purpose: str, value: object) -> str:
    """A token that only this deployment can have made, for one purpose."""
    return signing.dumps(value, salt=f"perennial.{purpose}", compress=True)


def unsign(purpose: str, token: str, *, max_age_seconds: int) -> object | None:
    """What was signed, or None when the token is false, foreign or too old."""
    try:
        value: object = signing.loads(token, salt=f"perennial.{purpose}", max_age=max_age_seconds)
    except signing.BadSignature:
        return None
    return value


def encrypt(purpose: str, secret: str) -> str:
    """For a table: whoever has the database without SECRET_KEY has nothing."""
    return fernet.Fernet(_key_for(purpose)).encrypt(secret.encode()).decode()


def decrypt(purpose: str, kept: str) -> str | None:
    """What was encrypted, or None when it was under another key, for another purpose, or has been changed."""
    try:
        return fernet.Fernet(_key_for(purpose)).decrypt(kept.encode()).decode()
    except (fernet.InvalidToken, ValueError):
        return None


def _key_for(purpose: str) -> bytes:
    """A key of its own for each purpose, so that what is kept for one opens nothing of another."""
    derived = hmac.new(settings.SECRET_KEY.encode(), f"perennial.encrypt.{purpose}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(derived)
