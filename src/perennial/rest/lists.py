"""The lists that rooms declare into the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from perennial.foundation.errors import NotFound
from perennial.rest.bodies import refuse_unknown
from perennial.rest.contract import endpoints
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.workspace.actor import Actor


@endpoint
def declared_list(request: HttpRequest, by: Actor, path: str) -> HttpResponse:
    declared = endpoints.get(path)
    if declared is None:
        raise NotFound
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD"))
    refuse_unknown(request, [parameter.name for parameter in declared.parameters])
    data, following = declared.respond(by, {key: request.GET[key] for key in request.GET})
    return answer({"data": data, "next": following})
