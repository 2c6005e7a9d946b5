"""From a list into the builder and to a segment, with the filter that the list has."""

from __future__ import annotations

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from perennial.objects.types import ObjectType
from perennial.rules.segments import MAY_SHAPE
from perennial.web.further import Further, register_further
from perennial.workspace.actor import Actor


def _asked_more(kind: ObjectType, where: str, by: Actor) -> str:
    return f"/rules/ask/{kind.key}/?{urlencode({'filter': where})}" if where else f"/rules/ask/{kind.key}/"


def _saved(kind: ObjectType, where: str, by: Actor) -> str | None:
    return f"/segments/new/?{urlencode({'kind': kind.key, 'filter': where})}" if by.may(MAY_SHAPE) else None


register_further(Further("rules.ask", _("Ask more"), "sitemap", _asked_more))
register_further(Further("rules.segment", _("Save as segment"), "users-group", _saved, needs_filter=True))
