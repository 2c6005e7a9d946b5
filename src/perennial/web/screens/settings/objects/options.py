"""What a type of field asks for, as inputs, and what came back as its options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.conditions.schema import ColumnType
from perennial.foundation.text import whole_number
from perennial.objects.formulas.computing import HOWS, sources_of
from perennial.objects.formulas.functions import FUNCTIONS
from perennial.objects.made.field_types import made_types
from perennial.objects.made.keys import choice_key
from perennial.objects.types import ObjectType, object_types
from perennial.web.kit.pages import Input

_NUMBERS = ("longest", "least", "most", "places")
_FOUND_OUT = ("result", "rests_on")  # of computed fields, when they are stored
_COUNTABLE = frozenset({ColumnType.WHOLE, ColumnType.NUMBER, ColumnType.MONEY, ColumnType.DAY, ColumnType.MOMENT})
_TOGETHER = ("how", "field")  # asked with the relation of a roll-up


def option_inputs(kind: ObjectType, type: str, options: Mapping[str, Any], *, sent: QueryDict | None = None,
                  errors: Mapping[str, Any] | None = None, is_short: bool = False) -> list[Input]:  # fmt: skip
    """The inputs of a type's options; `is_short` leaves out what can wait until the field is there."""
    declared = made_types.get(type)
    if declared is None:
        return []
    asked = declared.options.model_fields
    needed = [
        name
        for name in asked
        if name not in _FOUND_OUT and (not is_short or asked[name].is_required() or name in _TOGETHER)
    ]
    return [_input(name, kind, options, sent, errors or {}) for name in needed]


def sent_options(type: str, sent: QueryDict, old: Mapping[str, Any]) -> dict[str, Any]:
    """The options that a form sent; those it did not ask for stay as they were."""
    declared = made_types.get(type)
    options = dict(old)
    for name in declared.options.model_fields if declared else ():
        if name == "choices" and ("options.choices" in sent or "choice_label" in sent):
            options[name] = _choices(sent, old.get("choices", []))
        elif f"options.{name}" in sent:
            text = str(sent[f"options.{name}"]).strip()
            if not text:
                options.pop(name, None)
            else:
                options[name] = _number(text) if name in _NUMBERS else text
    return options


def _input(name: str, kind: ObjectType, options: Mapping[str, Any], sent: QueryDict | None,
           errors: Mapping[str, Any]) -> Input:  # fmt: skip
    wire = f"options.{name}"
    value: Any = sent[wire] if sent is not None and wire in sent else options.get(name, "")
    error = next((_said(name, text) for key, text in errors.items() if key == wire or key.startswith(f"{wire}.")), "")
    match name:
        case "choices":
            lines = value if isinstance(value, str) else "\n".join(each["label"] for each in value)
            return Input(wire, _("Choices"), "long", lines, help=_("One a line."), error=error, is_required=True,
                         is_whole=True)  # fmt: skip
        case "object_key":
            kinds = [(each.key, each.label_plural) for each in object_types.values()]
            return Input(wire, _("Which records?"), "choice", value or _first_other(kind), options=kinds, error=error,
                         is_required=True)  # fmt: skip
        case "formula":
            return Input(wire, _("Formula"), "long", value, help=_formula_help(kind), error=error, is_required=True,
                         is_whole=True, placeholder='if(price > 100, round(price * 1.2, 2), empty)',
                         attributes={"spellcheck": "false", "maxlength": "2000"})  # fmt: skip
        case "relation":
            found = [(f"{other.key}/{field.key}", f"{other.label_plural}: {field.label}")
                     for other, field in sources_of(kind)]  # fmt: skip
            help = "" if found else _("Nothing refers to these records yet. Give another object a relation to them.")
            return Input(wire, _("Over which records?"), "choice", value, options=found, help=help, error=error,
                         is_required=bool(found))  # fmt: skip
        case "how":
            return Input(wire, _("What of them?"), "choice", value or "count", options=list(HOWS.items()), error=error,
                         is_required=True)  # fmt: skip
        case "field":
            return Input(wire, _("Of which field?"), "choice", value, options=_countable(kind), error=error)
        case "unit":
            return Input(wire, _("Unit"), value=value, error=error, help=_("Stands behind the number: m, kg, hours."))
        case "places":
            return Input(wire, _("Decimals"), "whole", value, error=error)
        case "longest":
            return Input(wire, _("Longest"), "whole", value, error=error, help=_("In characters."))
        case "least":
            return Input(wire, _("At least"), "whole", _bound(value), error=error)
        case "most":
            return Input(wire, _("At most"), "whole", _bound(value), error=error)
    return Input(wire, name.replace("_", " ").capitalize(), value=value, error=error)


def _said(name: str, text: Any) -> str:
    """What pydantic says, as we would."""
    sentence = str(text).removeprefix("Value error, ")
    if sentence.startswith("List should have at least"):
        return _("Write at least one choice.")
    return (
        _("This cannot be so.")
        if sentence.startswith(("Input should", "String should", "Field required"))
        else sentence
    )


def _choices(sent: QueryDict, old: list[dict[str, str]]) -> list[dict[str, str]]:
    """The choices with their keys: those that are known by key or by label keep theirs, so that records keep them."""
    if "choice_label" in sent:
        pairs = list(zip(sent.getlist("choice_key"), sent.getlist("choice_label"), strict=False))
    else:
        keys = {each["label"].strip().lower(): each["key"] for each in old}
        lines = [line.strip() for line in str(sent["options.choices"]).splitlines()]
        pairs = [(keys.get(line.lower(), ""), line) for line in lines]
    kept = {key for key, _label in pairs if key}
    there = kept | {each["key"] for each in old}  # a key that was once another choice is not given again
    known = {each["key"] for each in old}
    made: list[dict[str, str]] = []
    for key, label in pairs:
        label = " ".join(label.split())[:80]
        if not label:
            continue
        if key not in known:
            key = choice_key(label, there)
            there.add(key)
        made.append({"key": key, "label": label})
    return made


def _countable(kind: ObjectType) -> list[tuple[str, str]]:
    """Numbers and dates of the records that refer to this kind."""
    found: dict[str, str] = {}
    for other in dict.fromkeys(source for source, _field in sources_of(kind)):
        for field in other.fields:
            if field.type.column in _COUNTABLE:
                found.setdefault(field.key, f"{other.label_plural}: {field.label}")
    return list(found.items())


def _formula_help(kind: ObjectType) -> str:
    unusable = ("lines", "file", "refs", "choices", "rich_text")
    fields = ", ".join([each.key for each in kind.fields if each.type.look not in unusable][:14])
    return _("Fields: %(fields)s. Functions: %(functions)s.") % {"fields": fields, "functions": ", ".join(FUNCTIONS)}


def _first_other(kind: ObjectType) -> str:
    return next((key for key in object_types if key != kind.key), kind.key)


def _number(text: str) -> int | str:
    number = whole_number(text.removeprefix("-"))
    return text if number is None else -number if text.startswith("-") else number


def _bound(value: Any) -> Any:
    """The widest bounds are none."""
    return "" if value in (2**53, -(2**53)) else value
