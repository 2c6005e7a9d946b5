"""Whoever started a job, brought back from how the logs name them, with the rights they have now."""

from __future__ import annotations

from dataclasses import replace

from perennial.workspace.actor import SYSTEM, Actor, actor_of_key, actor_of_user
from perennial.workspace.models import ApiKey, User
from perennial.workspace.rights import NOTHING


def actor_named(log_name: str) -> Actor:
    """An actor without rights when the user or the key is no more."""
    kind, _colon, number = log_name.partition(":")
    if kind == "system":
        return SYSTEM
    if kind == "user" and (user := User.objects.select_related("role").filter(pk=int(number)).first()) is not None:
        return actor_of_user(user)
    if kind == "key" and (key := ApiKey.objects.select_related("role").filter(pk=int(number)).first()) is not None:
        return actor_of_key(key)
    return replace(SYSTEM, name=log_name, rights=NOTHING)
