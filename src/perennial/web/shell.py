"""What the frame of every page shows: navigation, the firm's clock, who is signed in. A context processor.

The request carries its actor as `request.actor` (set by the middleware; missing or None before sign-in).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import Promise

from perennial.foundation import clock
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.places import GROUPS, Place, may_enter, places, places_for
from perennial.workspace.actor import Actor
from perennial.workspace.firm import the_firm

BAR_PLACES = 3  # in the bottom bar of a phone, beside "Find" and "More"
LANGUAGE_NAMES = {"en": "English", "bs": "Bosanski", "kk": "Қазақша"}  # each in itself: who needs it can read it


@dataclass(frozen=True, slots=True)
class Link:
    """A place as the shell draws it."""

    place: Place
    is_here: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class Group:
    label: str | Promise
    links: Sequence[Link]


class Shell:
    """Read once a request, and only what the template asks for."""

    def __init__(self, request: HttpRequest) -> None:
        self.path = request.path
        self.actor: Actor | None = request.__dict__.get("actor")
        user = request.__dict__.get("user")  # missing when an error page is drawn before the session was read
        self.user = user if user is not None and user.is_authenticated else None

    @cached_property
    def reader(self) -> Reader:
        return reader_of(self.actor)

    @cached_property
    def theme(self) -> str:
        return self.user.theme if self.user else "auto"

    @cached_property
    def direction(self) -> str:
        return "rtl" if translation.get_language_bidi() else "ltr"

    @cached_property
    def language(self) -> str:
        return translation.get_language() or settings.LANGUAGE_CODE

    @cached_property
    def languages(self) -> list[tuple[str, str]]:
        return [(code, LANGUAGE_NAMES.get(code, str(name))) for code, name in settings.LANGUAGES]

    @cached_property
    def firm_name(self) -> str:
        return the_firm().name

    @cached_property
    def clock_stands_at(self) -> str:
        """The business date in words while it is not today's; "" otherwise."""
        if not clock.offset():
            return ""
        return format_date(self._business_now().date(), format="long", locale=self.reader.locale)

    @cached_property
    def has_sample(self) -> bool:
        return the_firm().has_sample

    @cached_property
    def may_manage(self) -> bool:
        return self.actor is not None and self.actor.may("settings.manage")

    @cached_property
    def groups(self) -> list[Group]:
        if self.actor is None:
            return []
        found: dict[str, list[Link]] = {}
        for place in places_for(self.actor, kind="nav"):
            found.setdefault(place.group, []).append(self._link(place))
        return [Group(GROUPS[key], links) for key, links in found.items()]

    @cached_property
    def bar(self) -> list[Link]:
        """The first places, for the bottom bar of a phone."""
        return [link for group in self.groups for link in group.links][:BAR_PLACES]

    @cached_property
    def shortcuts(self) -> list[Place]:
        if self.actor is None:
            return []
        return [each for each in places.values() if each.shortcut and may_enter(each, self.actor)]

    def _business_now(self) -> datetime:
        return clock.now().astimezone(self.reader.zone)

    def _link(self, place: Place) -> Link:
        is_here = self.path == place.url or (place.url != "/" and self.path.startswith(place.url.rstrip("/") + "/"))
        return Link(place, is_here, place.count(self.actor) if place.count and self.actor else None)


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": Shell(request)}
