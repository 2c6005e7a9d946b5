"""Saved views, to read and to use: `GET /people/views`, and `view=12` in a list."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from perennial.foundation.errors import NotFound
from perennial.foundation.text import whole_number
from perennial.objects.types import ObjectType, type_by_path
from perennial.objects.views.reading import SavedView, view_of, views_of
from perennial.objects.views.spec import spec_to_json
from perennial.rest.bodies import refuse_unknown
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.workspace.actor import Actor


@endpoint
def views(request: HttpRequest, by: Actor, path: str) -> HttpResponse:
    """The views of a kind that the key sees: those shared with everybody."""
    kind = _readable(request, path)
    return answer({"data": [_as_json(each) for each in views_of(kind, by=by)], "next": None})


@endpoint
def view(request: HttpRequest, by: Actor, path: str, view_id: str) -> HttpResponse:
    return answer(_as_json(find_view(_readable(request, path), view_id, by)))


def find_view(kind: ObjectType, view_id: str, by: Actor) -> SavedView:
    """The view of this kind with that number, if the key sees it."""
    number = whole_number(view_id)
    if not number:
        raise NotFound
    found = view_of(number, by=by)
    if found.object_key != kind.key:
        raise NotFound
    return found


def _readable(request: HttpRequest, path: str) -> ObjectType:
    kind = type_by_path(path)
    if kind is None:
        raise NotFound
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD"))
    refuse_unknown(request, ())
    return kind


def _as_json(view: SavedView) -> dict[str, Any]:
    return {"id": view.id, "version": view.version, "name": view.name, "audience": view.audience,
            "spec": spec_to_json(view.spec)}  # fmt: skip
