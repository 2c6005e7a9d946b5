"""Keys shown once and stored hashed; tokens that are signed and end."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.core import signing

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
