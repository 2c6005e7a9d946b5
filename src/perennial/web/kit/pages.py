"""What the templates of pages expect, as frozen data: screens build these, templates draw them.

Texts are finished (formatted for the reader and translated); cells are already escaped HTML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.safestring import SafeString

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Column:
    """`sort_url` is where a click on the heading leads; `sorted` says how the list is sorted by it now."""

    key: str
    label: Text
    is_numeric: bool = False
    sort_url: str = ""
    sorted: Literal["", "ascending", "descending"] = ""
    definition: Text = ""  # for facts: what is this number?


@dataclass(frozen=True, slots=True)
class Row:
    """`title` is the first column, and the link; `cells` are the other columns, as `cells.join_cells` makes them."""

    id: int
    url: str
    title: SafeString | str
    cells: SafeString


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a filter as a sentence, with the address of the list without it."""

    sentence: Text
    remove_url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A link of which one is on: a ready filter, a tab, whose needs."""

    label: Text
    url: str
    is_on: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, what it is called, and what it is measured against; `url` opens the records behind it."""

    label: Text
    value: Text
    note: Text = ""
    tone: str = ""  # "warn" or "good"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """An act on a page. `post` acts at once; `dialog` opens a form in the dialog; `url` goes there."""

    label: Text
    url: str = ""
    post: str = ""
    dialog: str = ""
    icon: str = ""
    is_primary: bool = False
    is_danger: bool = False


@dataclass(frozen=True, slots=True)
class NeedRow:
    """Who needs someone: see `_need.html`. `worth` is formatted; `later_url` takes until when by POST."""

    id: str
    name: str
    url: str
    reason: str
    detail: str = ""
    stage: str = ""
    standing: str = ""
    standing_text: str = ""
    worth: str = ""
    worth_against: str = ""
    act: Button | None = None
    later_url: str = ""
    reason_url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a timeline. `sentence` is escaped HTML; `why` holds what explains a derived one."""

    id: str
    at: datetime
    sentence: SafeString
    tone: Literal["good", "neutral", "attention", "trouble"] = "neutral"
    stage: str = ""
    team: Text = ""
    detail: Text = ""
    why: Text = ""
    url: str = ""
    changes: Sequence[tuple[Text, str, str]] = ()  # (field, old, new)
    undo: str = ""  # address that takes the change back by POST


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a form, drawn by its look. Options of a choice are (value, label)."""

    name: str
    label: Text
    look: str = "text"
    value: Any = ""
    help: Text = ""
    error: Text = ""
    is_required: bool = False
    is_readonly: bool = False
    is_whole: bool = False  # takes the whole width
    options: Sequence[tuple[Any, Text]] = ()  # of "refs": those that are chosen
    search_url: str = ""  # for "ref": answers web/_refs.html to ?q=
    shown: str = ""  # for "ref" and "file": the name of the present value
    url: str = ""  # for "file": where the present one is
    currency: str = ""
    suffix: Text = ""  # behind the value: "%", "m"
    autocomplete: str = ""
    placeholder: Text = ""
    has_focus: bool = False
    stands: str = ""  # of a field with rules: how it stands now; "hidden" when it is not asked for
    attributes: Mapping[str, str] = field(default_factory=dict)
