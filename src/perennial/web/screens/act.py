"""Running an action from a page: on one record, or on the chosen ones of a list.

GET answers the form of its input in the dialog; POST runs it and answers a toast with Undo. A page that shows what
was changed reloads its record on the event `record-changed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.text import whole_number
from perennial.objects import query
from perennial.objects.actions import Action, Run, actions, actions_on
from perennial.objects.running import run_action
from perennial.objects.types import ObjectType
from perennial.objects.writing import the_only
from perennial.web.middleware import Page
from perennial.web.regions import Toast, answer_regions, is_partial
from perennial.web.screens.action_inputs import inputs_of_action, sent_to_action
from perennial.web.screens.address import kind_of, list_url, record_url

MOST = 5000  # chosen records of one act


def on_record(request: HttpRequest, kind_key: str, record_id: int, action_key: str) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    act = _action(action_key, kind, request)
    row = query.get(kind, record_id, by=by, columns=())
    if act.least > 1:
        raise NotFound
    return _answer(
        request, act, [record_id], on=kind.key, heading=row.title or f"#{row.id}", after=record_url(kind.key, record_id)
    )


def on_chosen(request: HttpRequest, kind_key: str, action_key: str) -> HttpResponse:
    kind = kind_of(kind_key, cast(Page, request).actor)
    act = _action(action_key, kind, request)
    ids = [number for text in request.POST.getlist("id") if (number := whole_number(text)) is not None]
    if not ids or len(ids) > MOST:
        raise Invalid(sentence=_("Choose the records first, at most 5,000 at a time."))
    heading = ngettext("%(count)s record", "%(count)s records", len(ids)) % {"count": len(ids)}
    if len(ids) < act.least:
        raise Invalid(sentence=ngettext("Choose at least %(least)s record.", "Choose at least %(least)s records.",
                                        act.least) % {"least": act.least})  # fmt: skip
    return _answer(request, act, ids, on=kind.key, heading=heading, after=list_url(kind))


def _action(key: str, kind: ObjectType, request: HttpRequest) -> Action:
    act = actions.get(key)
    if act is None or act not in actions_on(kind.key, cast(Page, request).actor):
        raise NotFound
    return act


def _answer(
    request: HttpRequest, act: Action, ids: Sequence[int], *, on: str, heading: str, after: str
) -> HttpResponse:
    by = cast(Page, request).actor
    # A GET changes nothing: it asks, if only whether this is meant.
    is_asking = "_sent" not in request.POST and (bool(act.input.model_fields) or request.method != "POST")
    if is_asking:
        return _dialog(request, act, ids, heading, {}, {})
    sent = sent_to_action(act.input, request.POST, by)
    try:
        run = run_action(act.key, ids, sent, by=by, on=on)
    except Invalid as wrong:
        return _dialog(request, act, ids, heading, sent, {key: str(text) for key, text in wrong.fields.items()})
    if len(ids) == 1:
        the_only(run)
    if not is_partial(request):
        return HttpResponseRedirect(after)
    response = answer_regions(request, toast=_toast(act, run))
    response.headers["HX-Trigger"] = "record-changed, dialog-done"
    return response


def _toast(act: Action, run: Run) -> Toast:
    done = sum(result.is_done for result in run.results)
    refused = len(run.results) - done
    sentence = run.sentence or str(act.label)
    if refused:
        sentence += " " + ngettext("%(count)s was refused.", "%(count)s were refused.", refused) % {"count": refused}
    return Toast(sentence, undo=f"/undo/{run.id}/" if act.can_undo and done else "")


def _dialog(request: HttpRequest, act: Action, ids: Sequence[int], heading: str, sent: dict[str, Any],
            errors: dict[str, str]) -> HttpResponse:  # fmt: skip
    by = cast(Page, request).actor
    whole = errors.pop("", "")
    return render(request, "web/_form_dialog.html", {
        "heading": act.label, "sub": heading, "errors": [whole] if whole else [], "action": request.path,
        "inputs": inputs_of_action(act.input, sent, errors, by),
        "hidden": [("_sent", "1"), *(("id", each) for each in ids if "id" in request.POST)], "submit_label": act.label,
    }, status=422 if errors or whole else 200)  # fmt: skip
