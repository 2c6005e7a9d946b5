"""Which kind and which record an address names. What is not there and what is not allowed look the same."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from perennial.foundation.errors import NotFound
from perennial.objects.access import widest_reach
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach, Verb


def kind_of(key: str, by: Actor, verb: Verb = "view") -> ObjectType:
    """The kind, if the actor may use the verb on any of it."""
    kind = object_types.get(key)
    if kind is None or widest_reach(kind, by=by, verb=verb) is Reach.NONE:
        raise NotFound
    return kind


def list_url(kind: ObjectType) -> str:
    return f"/o/{kind.key}/"


def record_url(kind_key: str, record_id: int) -> str:
    return f"/o/{kind_key}/{record_id}/"


def own_address(request: HttpRequest) -> str:
    """What links in mail begin with. Where PUBLIC_URL is set nothing that the request says has a part in it."""
    return settings.LINKS_BEGIN_WITH or request.build_absolute_uri("/").rstrip("/")
