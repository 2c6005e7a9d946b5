"""What points at a record, on its page: the boats of a person, with the way to all of them and to a new one."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from perennial.objects.relations import related_to
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor


def draw_related(request: HttpRequest, kind: ObjectType, record_id: int, by: Actor) -> list[SafeString]:
    return [
        render_to_string(
            "web/_related_panel.html",
            {
                "heading": each.kind.label_plural,
                "note": each.field.label if str(each.field.label).lower() != str(kind.label).lower() else "",
                "links": [(f"/o/{each.kind.key}/{id}/", title or f"#{id}") for id, title in each.rows],
                "all_url": f"/o/{each.kind.key}/?{urlencode({'filter': f'{each.field.key} = {record_id}'})}",
                "has_more": each.has_more,
            },
            request,
        )
        for each in related_to(kind, record_id, by=by)
    ]
