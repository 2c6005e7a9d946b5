"""The programs' door stands before that of the pages: sessions, cookies, messages and static files are not for them.

Order of `MIDDLEWARE`: what guards every answer (headers, HTTPS), then this, then all that only pages need.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.urls import Resolver404, ResolverMatch, get_resolver
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from perennial.rest.problems import BadRequest, OurMistake, nothing_here, problem
from perennial.workspace.firm import the_firm

PREFIX = "/api/v1/"
log = logging.getLogger("django.request")
Respond = Callable[[HttpRequest], HttpResponseBase]


def programs_door(respond: Respond) -> Respond:
    """Answer what asks for the API; hand on everything else."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return _answer(request) if request.path_info.startswith(PREFIX) else respond(request)

    return middleware


def _answer(request: HttpRequest) -> HttpResponseBase:
    translation.activate(_language(request))
    try:
        request.get_host()
    except DisallowedHost:
        return problem(BadRequest(_("This server does not go by that name. See ALLOWED_HOSTS.")))
    try:
        found = get_resolver("perennial.rest.urls").resolve("/" + request.path_info[len(PREFIX) :])
    except Resolver404:
        return nothing_here(request)
    response = _run(found, request)
    if isinstance(response, HttpResponse):
        response.headers["Content-Length"] = str(len(response.content))
    return response


def _run(found: ResolverMatch, request: HttpRequest) -> HttpResponseBase:
    """Our own mistakes are told as problems too; what they are stands in the log."""
    try:
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    except Exception:
        got_request_exception.send(sender=None, request=request)
        log.exception("Internal Server Error: %s", request.path)
        return problem(OurMistake())
    return response


def _language(request: HttpRequest) -> str:
    """What the program asks for, else the firm's."""
    return (
        translation.get_language_from_request(request) if "Accept-Language" in request.headers else the_firm().language
    )
