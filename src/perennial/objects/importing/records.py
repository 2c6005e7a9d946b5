"""The generic import kind, which every object type has: rows become records, or change those that are here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields import EmailType, Field, FileType, LinesType, LinkType, PhoneType, RefsType, UrlType
from perennial.objects.importing.finding import OWN_ID, is_key
from perennial.objects.importing.kinds import ImportField, ImportKind, ImportOption
from perennial.objects.importing.naming import ANY, EMAIL, EXTERNAL, NAME
from perennial.objects.importing.record_writer import BOTH, CREATE, UPDATE, RecordWriter
from perennial.objects.types import ObjectType
from perennial.objects.writing.cleaning import settable

_MODE = ImportOption(
    "mode",
    _("What the rows do"),
    (
        (BOTH, _("Create new ones, update those that are here")),
        (CREATE, _("Create new ones only")),
        (UPDATE, _("Update those that are here only")),
    ),
    default=BOTH,
)
_DATES = ImportOption(
    "dates", _("Dates like 3/4/2026 are"), (("dmy", _("Day first")), ("mdy", _("Month first"))), default="dmy"
)
_LINKS = ImportOption(
    "links",
    _("Names that are not here yet"),
    (("create", _("Create them")), ("skip", _("Skip the row"))),
    default="create",
    help=_("Such as the company of a person."),
)
_LINKS_BY = ImportOption(
    "links_by",
    _("Others are named by their"),
    (
        (ANY, _("Id in another system, e-mail or name, whichever is known")), (EXTERNAL, _("Id in another system")),
        (EMAIL, _("E-mail")), (NAME, _("Name")), (OWN_ID, _("Number here")),
    ),
    default=ANY,
)  # fmt: skip
_OWN_ID = ImportField(
    OWN_ID, _("Number here"), aliases=("perennial id", "perennial number", "record number"),
    help=_("The number that the record has in its address here: tells which one to update."),
)  # fmt: skip


@cache
def kind_of_records(kind: ObjectType) -> ImportKind:
    fields = [each for each in settable(kind).values() if not isinstance(each.type, LinesType | FileType)]
    has_dates = any(field.type.column in (ColumnType.DAY, ColumnType.MOMENT) for field in fields)
    has_links = any(isinstance(field.type, LinkType | RefsType) for field in fields)
    return ImportKind(
        kind.key,
        kind.label_plural,
        (*(_import_field(kind, each) for each in fields), _OWN_ID),
        needs=((kind.key, "create"), (kind.key, "edit")),
        open=lambda session: RecordWriter(kind, fields, session),
        options=(
            _MODE, _match(kind, fields), *((_DATES,) if has_dates else ()), *((_LINKS, _LINKS_BY) if has_links else ()),
        ),
        icon=kind.icon,
        object_key=kind.key,
    )  # fmt: skip


def _match(kind: ObjectType, fields: list[Field]) -> ImportOption:
    """The surest key first, which is also the default."""
    first = [kind.external, "external_id", "email"]
    keys = {each.key: each for each in fields if is_key(each)}
    ordered = [key for key in dict.fromkeys(first) if key in keys]
    others = sorted((key for key in keys if key not in ordered), key=lambda key: (not keys[key].is_unique,))
    return ImportOption(
        "match",
        _("A record is the same by its"),
        (*((key, keys[key].label) for key in (*ordered, *others)), (OWN_ID, _OWN_ID.label),
         ("", _("Nothing: every row is new"))),
        default=ordered[0] if ordered else "",
        surest=(*ordered, *(key for key in others if keys[key].is_unique), OWN_ID),
    )  # fmt: skip


def _import_field(kind: ObjectType, field: Field) -> ImportField:
    """A record's title may also be called as the record is: the boats in a column "Boat"."""
    type = field.type
    is_plain = not isinstance(type, LinkType | RefsType) and type.column not in (ColumnType.DAY, ColumnType.MOMENT)
    clean = type.clean if is_plain else None
    aliases = (*field.aliases, str(kind.label)) if field.key == kind.title else field.aliases
    return ImportField(
        field.key, field.label, aliases=aliases, help=field.help, clean=clean, tells=_tells(field)
    )  # fmt: skip


def _tells(field: Field) -> Callable[[str], bool] | None:
    """Whether a text can hardly be anything but a value of the field. Telephone numbers only with their plus."""
    match field.type:
        case EmailType():
            return lambda text: "@" in text and _takes(field.type.clean, text)
        case PhoneType():
            return lambda text: text.startswith("+") and _takes(field.type.clean, text)
        case UrlType():
            return lambda text: text.startswith(("http://", "https://", "www."))
    return None


def _takes(clean: Callable[[Any], Any], text: str) -> bool:
    try:
        return clean(text) is not None
    except ValueError:
        return False
