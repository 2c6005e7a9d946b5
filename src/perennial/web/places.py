"""The `Place` contract: a place in the shell, declared by any room, shown to those who may go there.

    register_place(Place("lifecycle", label=_("Lifecycle"), url="/lifecycle/", icon="plant-2", order=30,
                         permission="view:customers.customer"))

A permission is a named right ("settings.manage"), a verb on a kind of object ("view:customers.customer"), or "" for
everybody who is signed in. `count` is asked on every page, so it must be answered from memory or one indexed query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from perennial.objects.made.keys import PREFIX
from perennial.objects.types import object_types
from perennial.workspace.actor import Actor
from perennial.workspace.permissions import PERMISSIONS
from perennial.workspace.rights import VERBS, Reach, Verb

Kind = Literal["nav", "settings", "palette"]

GROUPS: dict[str, str | Promise] = {
    "": "",
    "objects": _("Your objects"),
    "teams": _("Teams"),
    "understand": _("Understand"),
    "shape": _("Shape"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """`url` is a path from the root. Places of kind "nav" stand in the side navigation under their group; places of
    kind "settings" on the settings page; all three are found by the palette, by label and by `words`."""

    key: str
    label: str | Promise
    url: str
    icon: str = "point"
    group: str = ""
    order: int = 50
    permission: str = ""
    kind: Kind = "nav"
    hint: str | Promise = ""  # one sentence: what one can do there
    words: str | Promise = ""  # what else a user might type to find it
    shortcut: str = ""  # the letter after "g": "c" for "g c"
    count: Callable[[Actor], int] | None = None
    is_for: Callable[[Actor], bool] | None = None  # what else decides who may go there; answered without a statement


places: dict[str, Place] = {}


def register_place(declared: Place) -> Place:
    """Refuses a key or a shortcut that is taken, an unknown group or right, and an address that is no path."""
    if declared.key in places:
        raise ValueError(f"The place {declared.key} is declared twice.")
    if not declared.url.startswith("/") or declared.url.startswith("//"):
        raise ValueError(f"The place {declared.key} needs a path, not {declared.url!r}.")
    if declared.group not in GROUPS:
        raise ValueError(f"The place {declared.key} names an unknown group: {declared.group!r}.")
    if declared.shortcut and any(each.shortcut == declared.shortcut for each in places.values()):
        raise ValueError(f"The shortcut g {declared.shortcut} is taken.")
    verb, colon, _object = declared.permission.partition(":")
    if (colon and verb not in VERBS) or (not colon and verb and verb not in PERMISSIONS):
        raise ValueError(f"The place {declared.key} names an unknown right: {declared.permission!r}.")
    places[declared.key] = declared
    return declared


def made_places() -> list[Place]:
    """The lists of the kinds that users made, in the order that they gave them."""
    made = [each for key, each in object_types.items() if key.startswith(PREFIX)]
    return [
        Place(each.key, each.label_plural, f"/o/{each.key}/", each.icon, "objects", order, f"view:{each.key}")
        for order, each in enumerate(made)
    ]


def may_enter(place: Place, by: Actor) -> bool:
    if place.is_for is not None and not place.is_for(by):
        return False
    verb, colon, object_key = place.permission.partition(":")
    if colon:
        return by.reach(object_key, cast(Verb, verb)) > Reach.NONE
    return not verb or by.may(verb)


def places_for(by: Actor, *, kind: Kind | None = None) -> list[Place]:
    """What this actor may enter, in the order of the shell."""
    groups = list(GROUPS)
    there = (*places.values(), *made_places())
    return sorted(
        (each for each in there if (kind is None or each.kind == kind) and may_enter(each, by)),
        key=lambda each: (groups.index(each.group), each.order, each.key),
    )
