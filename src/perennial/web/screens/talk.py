"""What people say about a record, who follows it, and what one keeps at hand: regions fetched by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from perennial.foundation import clock
from perennial.foundation.errors import Invalid
from perennial.foundation.text import whole_number
from perennial.objects.collaboration.at_hand import favourites, is_favourite, note_view, recently_viewed, set_favourite
from perennial.objects.collaboration.comments import (
    Said,
    add_comment,
    comments_on,
    delete_comment,
    edit_comment,
    restore_comment,
)
from perennial.objects.collaboration.following import actors_of, follow, followers_of, is_following
from perennial.objects.collaboration.models import Comment
from perennial.objects.collaboration.subjects import Subject, is_seen, subject
from perennial.objects.types import object_types
from perennial.web.middleware import Page
from perennial.web.regions import Toast, answer_regions
from perennial.web.screens.same_as import draw_same_as
from perennial.workspace.actor import Actor
from perennial.workspace.models import User

PAGE = 20
_SUGGESTED = 8


@never_cache
def talk(request: HttpRequest, kind_key: str, record_id: int) -> HttpResponse:
    """The region of a record's page; a POST says something."""
    by = cast(Page, request).actor
    about = subject(kind_key, record_id, by=by)
    if request.method != "POST":
        note_view(about, by=by)
        response = _region(request, about, by)
        response.write(draw_same_as(request, about.object_key, about.record_id, by))
        return response
    try:
        add_comment(about.object_key, record_id, request.POST.get("text", ""), by=by)
    except Invalid as wrong:
        return _region(request, about, by, text=request.POST.get("text", ""), error=str(wrong.fields.get("text", "")))
    return _region(request, about, by)


@never_cache
@require_GET
def said(request: HttpRequest, kind_key: str, record_id: int) -> HttpResponse:
    """The comments alone: the next page of them, or all anew when somebody else said something."""
    by = cast(Page, request).actor
    about = subject(kind_key, record_id, by=by)
    return render(request, "web/talk/_said.html", _said(about, by, before=whole_number(request.GET.get("before", ""))))


@never_cache
@require_GET
def people(request: HttpRequest, kind_key: str, record_id: int) -> JsonResponse:
    """Colleagues whom an @ may call: those who see the record too."""
    by = cast(Page, request).actor
    about = subject(kind_key, record_id, by=by)
    text = request.GET.get("q", "").strip()[:60]
    found = User.objects.filter(is_active=True, name__istartswith=text).exclude(pk=by.user_id or 0).order_by("name")
    actors = actors_of(found.values_list("pk", flat=True)[: 4 * _SUGGESTED])
    names = sorted(each.name for each in actors.values() if is_seen(about.object_key, about.record_id, by=each))
    return JsonResponse({"names": names[:_SUGGESTED]})


@require_POST
def set_mark(request: HttpRequest, kind_key: str, record_id: int, mark: str) -> HttpResponse:
    """Follow it, or keep it at hand; or no more."""
    by = cast(Page, request).actor
    about = subject(kind_key, record_id, by=by)
    is_on = request.POST.get("on") == "1"
    (follow if mark == "follow" else set_favourite)(about, by=by, is_on=is_on)
    response = render(request, "web/talk/_marks.html", _marks(about, by))
    if mark == "favourite":
        response.headers["HX-Trigger"] = "favourites-changed"
    return response


@never_cache
def correct(request: HttpRequest, comment_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    if request.method == "POST":
        return _one(request, edit_comment(comment_id, request.POST.get("text", ""), by=by), by)
    found = Comment.objects.filter(pk=comment_id, deleted_at=None, author_id=by.user_id).first()
    if found is None or not is_seen(found.object_key, found.record_id, by=by):
        return HttpResponse(status=404)
    return render(request, "web/talk/_correct.html", {"id": comment_id, "text": found.text})


@require_POST
def remove(request: HttpRequest, comment_id: int) -> HttpResponse:
    delete_comment(comment_id, by=cast(Page, request).actor)
    return _changed(request, Toast(_("The comment is gone."), undo=f"/talk/{comment_id}/restore/"))


@require_POST
def restore(request: HttpRequest, comment_id: int) -> HttpResponse:
    restore_comment(comment_id, by=cast(Page, request).actor)
    return _changed(request, Toast(_("The comment is back.")))


@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Favourites and what was viewed last, in the side."""
    by = cast(Page, request).actor
    return render(request, "web/talk/_mine.html", {
        "favourites": hits(favourites(by, limit=12)), "recent": hits(recently_viewed(by, limit=5))})  # fmt: skip


def hits(found: Sequence[Subject]) -> list[dict[str, Any]]:
    """As the palette draws what it found."""
    return [{"url": each.url, "title": each.title, "detail": object_types[each.object_key].label,
             "icon": object_types[each.object_key].icon, "stage": ""} for each in found]  # fmt: skip


def groups_at_hand(by: Actor) -> list[dict[str, Any]]:
    """What the palette offers before anything is typed."""
    groups = [{"label": _("Favourites"), "hits": hits(favourites(by, limit=8))},
              {"label": _("Recently viewed"), "hits": hits(recently_viewed(by))}]  # fmt: skip
    return [group for group in groups if group["hits"]]


def _region(request: HttpRequest, about: Subject, by: Actor, *, text: str = "", error: str = "") -> HttpResponse:
    return render(request, "web/talk/_talk.html", {
        **_marks(about, by), **_said(about, by), "text": text, "error": error, "may_say": by.user_id is not None,
    }, status=422 if error else 200)  # fmt: skip


def _marks(about: Subject, by: Actor) -> dict[str, Any]:
    return {"url": about.url, "is_following": is_following(about, by=by), "is_favourite": is_favourite(about, by=by),
            "followers": len(followers_of(about))}  # fmt: skip


def _said(about: Subject, by: Actor, *, before: int | None = None) -> dict[str, Any]:
    found = comments_on(about, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    return {
        "url": about.url, "is_more": before is not None,
        "said": [_drawn(each, by) for each in shown],
        "next_url": f"{about.url}talk/said/?before={shown[-1].id}" if len(found) > PAGE else "",
    }  # fmt: skip


def _drawn(each: Said, by: Actor) -> dict[str, Any]:
    is_mine = each.author_id is not None and each.author_id == by.user_id
    return {"id": each.id, "author": each.author or _("Somebody who has left"), "at": each.at - clock.offset(),
            "is_edited": each.edited_at is not None, "html": _marked(each.text, each.names), "may_edit": is_mine,
            "may_remove": is_mine or by.may("settings.manage")}  # fmt: skip


def _marked(text: str, names: Sequence[str]) -> SafeString:
    """Escaped, with those mentioned in bold."""
    html = str(conditional_escape(text))
    for name in sorted(names, key=len, reverse=True):
        word = str(conditional_escape(name))
        place, done = html.lower().find(f"@{word.lower()}"), ""
        while place >= 0:
            end = place + len(word) + 1
            done += html[:place] + str(format_html('<b class="called">{}</b>', mark_safe(html[place:end])))  # noqa: S308 - escaped above
            html = html[end:]
            place = html.lower().find(f"@{word.lower()}")
        html = done + html
    return mark_safe(html)  # noqa: S308 - escaped above


def _one(request: HttpRequest, comment: Comment, by: Actor) -> HttpResponse:
    about = subject(comment.object_key, comment.record_id, by=by)
    found = comments_on(about, before=comment.pk + 1, limit=1)
    return render(request, "web/talk/_comment.html", {"each": _drawn(found[0], by)})


def _changed(request: HttpRequest, toast: Toast) -> HttpResponse:
    response = answer_regions(request, toast=toast)
    response.headers["HX-Trigger"] = "live-talk"
    return response
