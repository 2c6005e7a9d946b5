"""Before every page: who is looking, in which language and zone; and what becomes of a refusal."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation

from perennial.foundation.errors import Refused
from perennial.objects.made.catalogue import follow
from perennial.web.regions import answer_refusal, is_partial
from perennial.workspace.actor import Actor, actor_of_user
from perennial.workspace.firm import the_firm
from perennial.workspace.models import User

Respond = Callable[[HttpRequest], HttpResponse]
_OPEN = ("/sign-in/", "/password/", "/invitation/", "/welcome/", "/static/", "/me/language/")
_ELSEWHERE = ("/api/", "/static/")  # these have their own ways of knowing who is calling


class Page(HttpRequest):
    """A request for a page: somebody is signed in. Only for the type checker; requests are Django's own."""

    actor: Actor
    user: User


def actor_middleware(respond: Respond) -> Respond:
    """Set `request.actor`; send strangers to the sign-in page, and a new deployment to its first run."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_ELSEWHERE):
            return respond(request)
        if _has_nul(request):
            return HttpResponseBadRequest("This holds a character that no text has.", content_type="text/plain")
        user = request.user if request.user.is_authenticated else None
        if user is None or not user.is_active:
            return _for_strangers(request, respond)
        follow()
        actor = actor_of_user(user)
        request.__dict__["actor"] = actor
        with translation.override(actor.language), timezone.override(ZoneInfo(actor.timezone)):
            return respond(request)

    return middleware


def refusal_middleware(respond: Respond) -> Respond:
    """A rule that refused is shown in its own words: as a toast where a part was asked for, else as a page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return respond(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused) or request.path.startswith("/api/"):
            return None
        if is_partial(request):
            return answer_refusal(request, exception)
        template = {403: "403.html", 404: "404.html"}.get(exception.status, "web/refused.html")
        return render(request, template, {"sentence": exception.sentence}, status=exception.status)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def _has_nul(request: HttpRequest) -> bool:
    """PostgreSQL keeps no NUL in texts, and no browser sends one."""
    sent = (text for each in (request.GET, request.POST) for key, texts in each.lists() for text in (key, *texts))
    return "\x00" in request.path or any("\x00" in text for text in sent)


def _for_strangers(request: HttpRequest, respond: Respond) -> HttpResponse:
    request.__dict__["actor"] = None
    if request.path.startswith(_OPEN):
        return respond(request)
    if the_firm().set_up_at is None and not User.objects.exists():
        return HttpResponseRedirect("/welcome/")
    if is_partial(request):  # the session ended while a page was open
        response = HttpResponse(status=401)
        response.headers["HX-Redirect"] = "/sign-in/"
        return response
    after = "" if request.path == "/" else f"?next={quote(request.get_full_path())}"
    return HttpResponseRedirect(f"/sign-in/{after}")
