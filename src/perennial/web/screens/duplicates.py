"""The queue of pairs that may be the same: side by side, merged with a choice for each field, or kept apart."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from perennial.foundation.errors import NotFound
from perennial.foundation.text import whole_number
from perennial.objects.duplicates.deciding import ask_again, keep_apart, merge_pair, unmerge_pair
from perennial.objects.duplicates.merging import may_merge, merged_kinds
from perennial.objects.duplicates.models import Duplicate
from perennial.objects.duplicates.pairs import Pair, count_open, decided_pairs, open_pairs, pair_of, waiting_kinds
from perennial.objects.duplicates.sides import lines_of, records_of, titles_of_pairs
from perennial.objects.types import ObjectType
from perennial.web.kit.pages import Choice
from perennial.web.middleware import Page
from perennial.web.regions import Toast, answer_regions, is_partial
from perennial.web.screens.pair_cards import Card, card_of, percent
from perennial.workspace.actor import Actor

PAGE = 20
STATES = (Duplicate.State.OPEN, Duplicate.State.NEVER, Duplicate.State.MERGED)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    by = cast(Page, request).actor
    kinds = merged_kinds(by)
    if not kinds:
        raise NotFound
    some = waiting_kinds()
    waiting = next((kind for kind in kinds if kind.key in some and open_pairs(kind, by=by, limit=1)), kinds[0])
    return HttpResponseRedirect(queue_url(waiting))


@require_GET
def queue(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = _kind(kind_key, by)
    state = request.GET.get("state", "open")
    if state not in STATES:
        raise NotFound
    count, is_more = count_open(kind, by=by)
    pairs, next_url = _open(request, kind, by) if state == Duplicate.State.OPEN else ([], "")
    return render(request, "web/duplicates.html", {
        "heading": _heading(count, is_more), "kind": kind, "state": state, "cards": _cards(kind, pairs, by),
        "decided": [] if state == Duplicate.State.OPEN else _decided(kind, state, by),
        "kinds": [Choice(each.label_plural, queue_url(each), each.key == kind.key) for each in merged_kinds(by)],
        "states": [Choice(Duplicate.State(each).label, f"{queue_url(kind)}?state={each}", each == state)
                   for each in STATES],
        "may_merge": may_merge(kind, by), "all_url": f"{queue_url(kind)}all/", "next_url": next_url,
    })  # fmt: skip


def pair(request: HttpRequest, kind_key: str, pair_id: int) -> HttpResponse:
    """The preview, with the record that stays and the value of each field to choose; merging by POST."""
    by = cast(Page, request).actor
    kind = _kind(kind_key, by)
    found = pair_of(kind, pair_id, by=by)
    if request.method != "POST":
        card = _cards(kind, [found], by)[0]
        name = "web/_duplicate_form.html" if is_partial(request) else "web/duplicate.html"
        return render(request, name, {"card": card, "kind": kind, "queue_url": queue_url(kind),
                                      "may_merge": may_merge(kind, by)})  # fmt: skip
    winner, fields = _chosen(request, found)
    merge_pair(kind, found, winner=winner, fields=fields, by=by)
    undo = f"{queue_url(kind)}{pair_id}/undo/"
    if not is_partial(request):
        messages.success(request, _("Merged."))
        return HttpResponseRedirect(queue_url(kind))
    response = answer_regions(request, toast=Toast(_("Merged."), undo=undo))
    response.headers["HX-Trigger"] = "record-changed, dialog-done, pairs-changed"
    return response


@require_POST
def apart(request: HttpRequest, kind_key: str, pair_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    kind = _kind(kind_key, by)
    run = keep_apart(kind, pair_of(kind, pair_id, by=by), by=by)
    return _answered(request, kind, run.sentence, f"/undo/{run.id}/")


@require_POST
def again(request: HttpRequest, kind_key: str, pair_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    kind = _kind(kind_key, by)
    run = ask_again(kind, pair_of(kind, pair_id, by=by), by=by)
    return _answered(request, kind, run.sentence, f"/undo/{run.id}/")


@require_POST
def undo(request: HttpRequest, kind_key: str, pair_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    kind = _kind(kind_key, by)
    conflicts = unmerge_pair(kind, pair_id, by=by).results[0].data.get("conflicts", [])
    said = _("Taken back.") if not conflicts else ngettext(
        "Taken back, except for %(count)s value that somebody changed since.",
        "Taken back, except for %(count)s values that somebody changed since.", len(conflicts),
    ) % {"count": len(conflicts)}  # fmt: skip
    return _answered(request, kind, said)


def queue_url(kind: ObjectType) -> str:
    return f"/duplicates/{kind.key}/"


def _kind(key: str, by: Actor) -> ObjectType:
    found = next((kind for kind in merged_kinds(by) if kind.key == key), None)
    if found is None:
        raise NotFound
    return found


def _heading(count: int, is_more: bool) -> str:
    if is_more:
        return _("More than %(count)s pairs may be the same") % {"count": count}
    if not count:
        return _("Nobody seems to be here twice")
    return ngettext("%(count)s pair may be the same", "%(count)s pairs may be the same", count) % {"count": count}


def _open(request: HttpRequest, kind: ObjectType, by: Actor) -> tuple[list[Pair], str]:
    confidence, _colon, last = request.GET.get("after", "").partition(":")
    number = whole_number(last)
    try:
        after = (float(confidence), number) if number is not None else None
    except ValueError:
        raise NotFound from None
    pairs = open_pairs(kind, by=by, after=after, limit=PAGE + 1)
    if len(pairs) <= PAGE:
        return pairs, ""
    last_one = pairs[PAGE - 1]
    return pairs[:PAGE], f"{queue_url(kind)}?after={last_one.confidence!r}:{last_one.id}"


def _cards(kind: ObjectType, pairs: list[Pair], by: Actor) -> list[Card]:
    records = records_of(kind, pairs, by=by)
    return [
        card_of(kind, each, records[each.one_id], records[each.other_id],
                lines_of(kind, records[each.one_id], records[each.other_id], by=by), by=by)
        for each in pairs if {each.one_id, each.other_id} <= records.keys()
    ]  # fmt: skip


def _decided(kind: ObjectType, state: str, by: Actor) -> list[dict[str, Any]]:
    pairs = decided_pairs(kind, state, by=by)
    titles = titles_of_pairs(kind, pairs, by=by)
    back = "undo" if state == Duplicate.State.MERGED else "again"
    return [
        {"one": titles.get(each.one_id, ""), "percent": percent(each.confidence, by),
         "other": titles.get(each.other_id, ""),
         "back_url": f"{queue_url(kind)}{each.id}/{back}/"}
        for each in pairs
    ]  # fmt: skip


def _chosen(request: HttpRequest, found: Pair) -> tuple[int, dict[str, int]]:
    """Which record stays, and of which one each field's value is kept."""
    sides = {str(id): id for id in (found.one_id, found.other_id)}
    winner = sides.get(request.POST.get("winner", ""), found.one_id)
    fields = {key.removeprefix("keep-"): sides[value] for key, value in request.POST.items()
              if key.startswith("keep-") and isinstance(value, str) and value in sides}  # fmt: skip
    return winner, fields


def _answered(request: HttpRequest, kind: ObjectType, sentence: str, undo: str = "") -> HttpResponse:
    if not is_partial(request):
        messages.success(request, sentence)
        return HttpResponseRedirect(queue_url(kind))
    response = answer_regions(request, toast=Toast(sentence, undo=undo))
    response.headers["HX-Trigger"] = "record-changed, pairs-changed"
    return response
