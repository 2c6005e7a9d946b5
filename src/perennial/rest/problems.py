"""Errors as RFC 9457 problem documents, and the decorator that turns refusals into them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import msgspec
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from perennial.foundation.errors import Invalid, Refused, SignInNeeded
from perennial.objects.made.catalogue import follow
from perennial.rest.auth import actor_of_request
from perennial.rest.limits import TooMany, count
from perennial.workspace.actor import Actor

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class BadRequest(Refused):
    """The request itself cannot be read."""

    code = "bad_request"
    status = 400


class OurMistake(Refused):
    code = "our_mistake"
    status = 500
    sentence = _("Something went wrong here. It is in the log; try again, and tell whoever looks after this server.")


class WrongMethod(Refused):
    code = "method_not_allowed"
    status = 405
    sentence = _("This address does not know that method. The Allow header names those it knows.")

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self.allowed = allowed
        super().__init__()


class TooLarge(Refused):
    code = "too_large"
    status = 413
    sentence = _("The request is too large. Send it in several parts.")


class WrongMediaType(Refused):
    code = "unsupported_media_type"
    status = 415
    sentence = _("Send JSON, with Content-Type: application/json.")


def require_read(request: HttpRequest, *also: str) -> None:
    """Refuses whatever is not GET or HEAD; `also` are methods that the address answered before this."""
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD", *also))


def answer(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(body), status=status, headers=headers, content_type="application/json")


def problem(error: Refused) -> HttpResponse:
    """The problem document of a refusal. `code` is stable; `errors` names fields."""
    body: dict[str, Any] = {
        "type": "about:blank" if error.code == "bad_request" else f"urn:perennial:problem:{error.code}",
        "title": error.code.replace("_", " ").capitalize(),
        "status": error.status,
        "detail": str(error),
        "code": error.code,
    }
    if isinstance(error, Invalid) and error.fields:
        body["errors"] = [{"field": key, "message": str(sentence)} for key, sentence in error.fields.items()]
    response = HttpResponse(msgspec.json.encode(body), status=error.status, content_type="application/problem+json")
    if isinstance(error, SignInNeeded):
        response["WWW-Authenticate"] = 'Bearer realm="Perennial"'
    if isinstance(error, WrongMethod):
        response["Allow"] = ", ".join(error.allowed)
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.standing.seconds)
    return response


def endpoint(view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]) -> View[P]:
    """Authenticate, run, and answer refusals as problems. The view gets the actor after the request."""

    @csrf_exempt  # keys are sent on purpose, never by a browser on its own
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        follow()
        standing = None
        try:
            by = actor_of_request(request)
            standing = count(by)
            response: HttpResponseBase = view(request, by, *args, **kwargs)
        except Refused as error:
            response = problem(error)
            standing = error.standing if isinstance(error, TooMany) else standing
        except SuspiciousOperation:  # Django's word for thousands of parameters and the like
            response = problem(BadRequest(_("The request cannot be read.")))
        if standing is not None:
            for name, value in standing.headers.items():
                response[name] = value
        return response

    return guarded


@csrf_exempt
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any other address below the API."""
    return problem(
        Refused(_("There is no such address. See /api/v1/openapi.json for those there are."), code="not_found_address")
    )
