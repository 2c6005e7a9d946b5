"""Fields of a kind: adding one, changing it, putting them in order, retiring and bringing back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from perennial.foundation.errors import Conflict, Invalid, NotFound
from perennial.objects.fields import FieldType, FileType, FlagType, RefsType, RichTextType
from perennial.objects.made import defining
from perennial.objects.made.field_types import made_types
from perennial.objects.made.models import MadeField
from perennial.objects.made.uses import uses_of
from perennial.objects.types import ObjectType
from perennial.web.kit.pages import Button, Input
from perennial.web.regions import is_partial
from perennial.web.screens.inputs import input_of
from perennial.web.screens.settings.frame import allowed, settings_page
from perennial.web.screens.settings.objects.dependence import dependence_context, sent_dependence
from perennial.web.screens.settings.objects.kinds import HOME, RIGHT, done, kind_named
from perennial.web.screens.settings.objects.listed import add_context, fields_context
from perennial.web.screens.settings.objects.options import option_inputs, sent_options
from perennial.web.screens.settings.objects.rules import RULES, rule_context, sent_rule
from perennial.workspace.actor import Actor

_WITHOUT_DEFAULT = (FileType, RefsType, RichTextType)


@require_POST
def add(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = allowed(request, RIGHT)
    kind = kind_named(kind_key)
    sent = request.POST
    type = sent.get("type", "text")
    try:
        made = defining.make_field(kind.key, type=type, label=sent.get("label", ""), by=by,
                                   options=sent_options(type, sent, {}), is_listed=_is_early(kind))  # fmt: skip
    except (Invalid, Conflict) as wrong:
        errors = dict(wrong.fields) if isinstance(wrong, Invalid) else {"label": str(wrong)}
        return _shape(request, kind, sent, errors)
    if not is_partial(request):
        return HttpResponseRedirect(f"{HOME}{kind.key}/")
    again = "text" if option_inputs(kind, type, {}, is_short=True) else type
    return _shape(request, kind_named(kind_key), QueryDict(f"type={again}"), {}, new_id=made.pk)


def options(request: HttpRequest, kind_key: str) -> HttpResponse:
    """What the chosen type asks for, in the row that adds a field."""
    allowed(request, RIGHT)
    kind = kind_named(kind_key)
    inputs = option_inputs(kind, request.GET.get("type", ""), {}, is_short=True)
    return render(request, "web/settings/objects/_options.html", {"add_inputs": inputs})


@require_POST
def order(request: HttpRequest, kind_key: str) -> HttpResponse:
    by = allowed(request, RIGHT)
    kind = kind_named(kind_key)
    known = {field.key for field in kind.fields if field.is_custom}
    defining.order_fields(kind.key, [key for key in request.POST.getlist("key") if key in known], by=by)
    return HttpResponse(status=204)


def edit(request: HttpRequest, kind_key: str, field_id: int) -> HttpResponse:
    by = allowed(request, RIGHT)
    kind = kind_named(kind_key)
    made = _made(kind, field_id)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        try:
            defining.change_field(made, by=by, **_sent(kind, made, request.POST))
        except Invalid as wrong:
            errors = dict(wrong.fields)
            made = _made(kind, field_id)  # as it is, without what was refused
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(f"{HOME}{kind.key}/")
    return _page(request, kind, made, by, errors)


def retire(request: HttpRequest, kind_key: str, field_id: int) -> HttpResponse:
    """Asked first, with what would miss it."""
    by = allowed(request, RIGHT)
    kind = kind_named(kind_key)
    made = _made(kind, field_id)
    if request.method == "POST":
        defining.retire_field(made, by=by)
        messages.success(request, _("%(name)s is retired. Its values are kept.") % {"name": made.label})
        return done(f"{HOME}{kind.key}/")
    return render(request, "web/settings/objects/_retire.html", {
        "heading": _("Retire %(name)s?") % {"name": made.label}, "uses": uses_of(kind.key, made.key),
        "text": _("It vanishes from forms, lists and the API. Its values are kept, and come back when you restore it."),
        "action": request.path})  # fmt: skip


@require_POST
def restore(request: HttpRequest, kind_key: str, field_id: int) -> HttpResponse:
    by = allowed(request, RIGHT)
    kind = kind_named(kind_key)
    made = _made(kind, field_id, is_retired=True)
    try:
        defining.restore_field(made, by=by)
    except Invalid as wrong:
        messages.warning(request, str(next(iter(wrong.fields.values()))))
    else:
        messages.success(request, _("%(name)s is back, with its values.") % {"name": made.label})
    return done(f"{HOME}{kind.key}/")


def _shape(request: HttpRequest, kind: ObjectType, sent: QueryDict, errors: dict[str, Any], *,
           new_id: int = 0) -> HttpResponse:  # fmt: skip
    """The fields and the row that adds one, swapped as a whole."""
    context = {**fields_context(kind, new_id=new_id), **add_context(kind, sent, errors)}
    return render(request, "web/settings/objects/_shape.html", context, status=422 if errors else 200)


def _page(request: HttpRequest, kind: ObjectType, made: MadeField, by: Actor, errors: dict[str, Any]) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    type = made_types[made.type]
    field_type = type.build(type.options.model_validate(made.options))
    place = request.path
    return settings_page(
        request, "web/settings/objects/field.html", heading=made.label, status=422 if errors else 200,
        sub=_("%(type)s · “%(key)s” in the API and in files") % {"type": type.label, "key": made.key},
        context={
            "title": made.label, "kind_label": kind.label_plural, "kind_url": f"{HOME}{kind.key}/",
            "named": [_label_input(made, sent, errors), _help_input(made, sent, errors)],
            "options": option_inputs(kind, made.type, made.options, sent=sent, errors=errors),
            "choices": _choices(made, sent) if "choices" in type.options.model_fields else None,
            "choices_error": next((str(text) for key, text in errors.items() if key.startswith("options.choices")), ""),
            "filling": _filling(made, field_type, by, sent, errors),
            "rules": [] if type.is_computed else [
                rule_context(kind, made, name, sent, errors, url=f"{place}rule/") for name in RULES],
            **dependence_context(kind, made, field_type, sent, errors, f"{place}depends/"),
            "retire": Button(_("Retire"), dialog=f"{place}retire/", is_danger=True),
        })  # fmt: skip


def _choices(made: MadeField, sent: QueryDict | None) -> list[dict[str, str]]:
    if sent is None or "choice_label" not in sent:
        return list(made.options.get("choices", []))
    pairs = zip(sent.getlist("choice_key"), sent.getlist("choice_label"), strict=False)
    return [{"key": key, "label": label} for key, label in pairs]


def _label_input(made: MadeField, sent: QueryDict | None, errors: dict[str, Any]) -> Input:
    return Input("label", _("Name"), value=_said(sent, "label", made.label), is_required=True,
                 error=str(errors.get("label", "")), attributes={"maxlength": "80"})  # fmt: skip


def _help_input(made: MadeField, sent: QueryDict | None, errors: dict[str, Any]) -> Input:
    return Input("help", _("Help below the input"), value=_said(sent, "help", made.help),
                 error=str(errors.get("help", "")), attributes={"maxlength": "300"})  # fmt: skip


def _filling(made: MadeField, type: FieldType, by: Actor, sent: QueryDict | None,
             errors: dict[str, Any]) -> list[Input]:  # fmt: skip
    declared = made_types[made.type]
    inputs = []
    if not declared.is_computed:
        inputs.append(_box("is_required", _("Must be filled in"), made, sent, errors))
        if declared.can_be_unique:
            inputs.append(_box("is_unique", _("No two records may have the same"), made, sent, errors))
    inputs.append(_box("is_listed", _("A column of the list"), made, sent, errors))
    inputs.append(_box("is_personal", _("Says something about a person"), made, sent, errors,
                       _("It is exported with them, and erased with them.")))  # fmt: skip
    if not declared.is_computed and not isinstance(type, _WITHOUT_DEFAULT):
        value = _said(sent, "default", made.default)
        inputs.append(input_of("default", _("Begins as"), type, value, by=by, error=str(errors.get("default", ""))))
    return inputs


def _box(name: str, label: str, made: MadeField, sent: QueryDict | None, errors: dict[str, Any],
         help: str = "") -> Input:  # fmt: skip
    is_on = bool(getattr(made, name)) if sent is None else name in sent
    return Input(name, label, "flag", is_on, help=help, error=str(errors.get(name, "")))


def _said(sent: QueryDict | None, name: str, otherwise: Any) -> Any:
    return sent[name] if sent is not None and name in sent else otherwise


def _sent(kind: ObjectType, made: MadeField, sent: QueryDict) -> dict[str, Any]:
    type = made_types[made.type]
    parts: dict[str, Any] = {"label": sent.get("label", ""), "help": " ".join(sent.get("help", "").split())[:300]}
    parts["options"] = sent_options(made.type, sent, made.options)
    parts["is_listed"], parts["is_personal"] = "is_listed" in sent, "is_personal" in sent
    if type.is_computed:
        return parts
    parts["is_required"], parts["is_unique"] = "is_required" in sent, "is_unique" in sent
    built = type.build(type.options.model_validate(made.options))
    if isinstance(built, FlagType):
        parts["default"] = True if "default" in sent else None
    elif not isinstance(built, _WITHOUT_DEFAULT) and "default" in sent:
        values = [each for each in sent.getlist("default") if each]
        parts["default"] = (values or None) if built.look == "choices" else (values[0] if values else None)
    parts |= {name: sent_rule(kind, name, sent) for name in RULES}
    parts["choices_by"] = sent_dependence(sent)
    return parts


def _made(kind: ObjectType, field_id: int, *, is_retired: bool = False) -> MadeField:
    found = MadeField.objects.filter(object_key=kind.key, pk=field_id, retired_at__isnull=not is_retired).first()
    if found is None or found.type not in made_types:
        raise NotFound
    return found


def _is_early(kind: ObjectType) -> bool:
    """The first few fields of a kind are columns of its list; more would make it wide."""
    return kind.key.startswith("made.") and sum(field.is_custom for field in kind.fields) < 5
