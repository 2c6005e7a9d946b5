"""The types of field that users can make: a word, what it asks for, and the type that comes of it.

    register_made_type(MadeType("number", _("Number"), "123", NumberOptions, lambda asked: NumberType(asked.places)))

A word is permanent: definitions are kept by it. `options` is a pydantic model: what the form asks for and what a
definition's JSON must be. `label` is what the page offers, `hint` one short sentence with an example.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, field_validator

from perennial.objects.fields import (
    ChoicesType,
    ChoiceType,
    DayType,
    EmailType,
    FieldType,
    FileType,
    FlagType,
    Label,
    LongTextType,
    MemberType,
    MomentType,
    MoneyType,
    NumberType,
    PercentType,
    PhoneType,
    RefsType,
    RefType,
    RichTextType,
    TextType,
    TimeType,
    UrlType,
    WholeType,
)
from perennial.objects.types import ObjectType, object_types

MOST_CHOICES = 200
_WORD = r"^[a-z][a-z0-9_]{0,39}$"


class NoOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TextOptions(NoOptions):
    longest: int = Field(200, ge=1, le=1000)


class WholeOptions(NoOptions):
    least: int = Field(-(2**53), ge=-(2**53), le=2**53)
    most: int = Field(2**53, ge=-(2**53), le=2**53)


class NumberOptions(NoOptions):
    places: int = Field(2, ge=0, le=6)
    unit: str = Field("", max_length=20)


class ChoiceOption(NoOptions):
    key: str = Field(pattern=_WORD)
    label: str = Field(min_length=1, max_length=80)


class ChoiceOptions(NoOptions):
    choices: list[ChoiceOption] = Field(min_length=1, max_length=MOST_CHOICES)

    @field_validator("choices")
    @classmethod
    def _each_once(cls, choices: list[ChoiceOption]) -> list[ChoiceOption]:
        if len({each.key for each in choices}) < len(choices) or len({each.label.lower() for each in choices}) < len(
            choices
        ):
            raise ValueError(str(_("Two choices are called the same.")))
        return choices

    def pairs(self) -> tuple[tuple[str, Label], ...]:
        return tuple((each.key, each.label) for each in self.choices)


class LinkOptions(NoOptions):
    object_key: str = Field(max_length=60)

    @field_validator("object_key")
    @classmethod
    def _is_known(cls, key: str) -> str:
        if key not in object_types:
            raise ValueError(str(_("There is no such object to refer to.")))
        return key


@dataclass(frozen=True, slots=True)
class MadeType:
    """`is_sortable` and `can_be_unique` say what makes sense. One that `is_computed` is never written: `settle`, given
    the kind, the key of the field and its options, answers how these are kept, or raises `Invalid`; `compute`, given
    the key of the kind and the options, answers with the field's expression and what that rests on."""

    word: str
    label: Label
    icon: str
    options: type[BaseModel]
    build: Callable[[Any], FieldType]
    hint: Label = ""
    is_sortable: bool = True
    can_be_unique: bool = False
    is_computed: bool = False
    settle: Callable[[ObjectType, str, Any], Any] | None = None
    compute: Callable[[str, Any], tuple[Callable[[str], str], tuple[tuple[str, str], ...]]] | None = None


made_types: dict[str, MadeType] = {}


def register_made_type(declared: MadeType) -> MadeType:
    """Refuses a word that is taken."""
    if declared.word in made_types:
        raise ValueError(f"The type {declared.word} is declared twice.")
    made_types[declared.word] = declared
    return declared


for _each in (
    MadeType("text", _("Text"), "letter-case", TextOptions, lambda asked: TextType(asked.longest), _("One line"),
             can_be_unique=True),
    MadeType("long_text", _("Long text"), "align-left", NoOptions, lambda _asked: LongTextType(), _("Many lines"),
             is_sortable=False),
    MadeType("rich_text", _("Formatted text"), "bold", NoOptions, lambda _asked: RichTextType(),
             _("With headings, lists and links"), is_sortable=False),
    MadeType("whole", _("Whole number"), "number-123", WholeOptions, lambda asked: WholeType(asked.least, asked.most),
             _("A count: 12"), can_be_unique=True),
    MadeType("number", _("Number"), "decimal", NumberOptions, lambda asked: NumberType(asked.places, asked.unit),
             _("With decimals and a unit: 9.80 m")),
    MadeType("money", _("Money"), "coin", NoOptions, lambda _asked: MoneyType(), _("In the firm's currency")),
    MadeType("percent", _("Percent"), "percentage", NoOptions, lambda _asked: PercentType(), _("23 %")),
    MadeType("day", _("Date"), "calendar", NoOptions, lambda _asked: DayType(), _("A day: 21 November 2026")),
    MadeType("moment", _("Date and time"), "calendar-time", NoOptions, lambda _asked: MomentType(), _("A moment")),
    MadeType("time", _("Time of day"), "clock", NoOptions, lambda _asked: TimeType(), _("14:30")),
    MadeType("flag", _("Yes or no"), "toggle-left", NoOptions, lambda _asked: FlagType(), _("A box to tick")),
    MadeType("choice", _("Choice"), "list", ChoiceOptions, lambda asked: ChoiceType(asked.pairs()), _("One of a few")),
    MadeType("choices", _("Several choices"), "list-check", ChoiceOptions, lambda asked: ChoicesType(asked.pairs()),
             _("Any of a few"), is_sortable=False),
    MadeType("email", _("E-mail"), "mail", NoOptions, lambda _asked: EmailType(), _("ada@example.com"),
             can_be_unique=True),
    MadeType("phone", _("Telephone"), "phone", NoOptions, lambda _asked: PhoneType(), _("Can be called by a click"),
             is_sortable=False, can_be_unique=True),
    MadeType("url", _("Web address"), "link", NoOptions, lambda _asked: UrlType(), _("A link"), can_be_unique=True),
    MadeType("member", _("User"), "user-check", NoOptions, lambda _asked: MemberType(), _("Somebody who works here")),
    MadeType("ref", _("Relation to one"), "arrow-right", LinkOptions, lambda asked: RefType(asked.object_key),
             _("Points at one record: the owner of the boat")),
    MadeType("refs", _("Relation to many"), "arrows-split", LinkOptions, lambda asked: RefsType(asked.object_key),
             _("Points at several records"), is_sortable=False),
    MadeType("file", _("File"), "paperclip", NoOptions, lambda _asked: FileType(), _("A document or a picture"),
             is_sortable=False),
):  # fmt: skip
    register_made_type(_each)
