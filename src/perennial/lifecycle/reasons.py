"""Why somebody is where they are, in the reader's language: made from a transition's reason and details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perennial.lifecycle.definitions import DEFINITIONS, STAGES, Definition

_BY_NAME = {definition.name: definition for definition in DEFINITIONS.values()}


def stage_reason(definition: str, old: str | None, new: str, reason: str, details: Mapping[str, Any]) -> str:
    """Why a stage was come into: the rule's own words, or what took an order away."""
    if reason == "taken_back":
        return _("an order was taken back")
    if old is not None and STAGES.index(new) < STAGES.index(old):
        return _("its facts changed")
    if new == "reach":
        return _("we heard of them")
    if new == "acquisition" and reason in _ACQUIRED:
        return _ACQUIRED[reason]()
    rule = _BY_NAME.get(definition, _latest(definition)).rule(new)
    if new == "retention" and details.get("order_days") == 2:
        return _("ordered on a second day")
    return str(rule.because).format_map(_Known(details))


def standing_reason(new: str | None, details: Mapping[str, Any]) -> str:
    """Why a standing was come into."""
    silent, usual = int(details.get("silent") or 0), whole(details.get("usual"))
    if new == "quiet":
        return _("usually orders every %(usual)s days, none for %(silent)s") % {"usual": usual, "silent": silent}
    if new == "lapsed":
        return _("usually orders every %(usual)s days, none for %(silent)s") % {"usual": usual, "silent": silent}
    if new == "won_back" or (new == "active" and silent):
        return ngettext("ordered again after %(n)s day", "ordered again after %(n)s days", silent) % {"n": silent}
    return _("placed their first order") if new == "active" else _("no order of theirs counts any more")


def whole(days: object) -> int:
    """Days for a sentence."""
    return round(float(str(days))) if days is not None else 0


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _latest(name: str) -> Definition:
    """A definition that is gone is spoken of in the words of its successor."""
    key = name.partition("@")[0]
    return next((each for each in DEFINITIONS.values() if each.key == key), next(iter(DEFINITIONS.values())))


_ACQUIRED = {
    "contact": lambda: _("gave contact details"),
    "known": lambda: _("came with contact details"),
    "qualified": lambda: _("was qualified"),
    "spoke": lambda: _("spoke with us"),
}
