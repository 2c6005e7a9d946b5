"""A page of a timeline as the templates of the kit want it: entries and filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.customers.reading import OTHER
from perennial.customers.timeline import Happened, types_seen
from perennial.objects.types import object_types
from perennial.web.kit.pages import Choice, Entry
from perennial.web.kit.stages import STAGES
from perennial.workspace.actor import Actor

TAB = "customers.timeline"
TEAMS: dict[str, str | Promise] = {
    "customers": gettext_lazy("Contact"),
    "commerce": gettext_lazy("Orders"),
    "lifecycle": gettext_lazy("Lifecycle"),
    OTHER: gettext_lazy("Sites and apps"),
}
CHANNELS: dict[str, str | Promise] = {
    "web": gettext_lazy("Website"),
    "app": gettext_lazy("App"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Telephone"),
    "store": gettext_lazy("Store"),
}


def entries_of(happened: Sequence[Happened]) -> list[Entry]:
    return [_entry(each) for each in happened]


def filters_of(by: Actor, chosen: Mapping[str, str]) -> list[tuple[str, list[Choice]]]:
    """By team, then by the types of the team that is chosen, and by channel; each an address of this tab."""
    seen = types_seen(by)
    teams = [("", _("Everything")), *((team, str(TEAMS.get(team, team.capitalize()))) for team in (*seen, OTHER))]
    filters = [(_("What"), [_choice("team", key, label, chosen, drop=("type",)) for key, label in teams])]
    types = seen.get(chosen.get("team", ""), [])
    if len(types) > 1:
        named = [("", _("All kinds")), *((each.key, str(each.label)) for each in types)]
        filters.append((_("Kind"), [_choice("type", key, label, chosen) for key, label in named]))
    channels = [("", _("Any channel")), *((key, str(label)) for key, label in CHANNELS.items())]
    filters.append((_("Channel"), [_choice("channel", key, label, chosen) for key, label in channels]))
    return filters


def _choice(name: str, value: str, label: str, chosen: Mapping[str, str], *, drop: Sequence[str] = ()) -> Choice:
    asked = {key: each for key, each in chosen.items() if key != name and key not in drop}
    asked |= {name: value} if value else {}
    return Choice(label, "?" + urlencode({"tab": TAB, **asked}), chosen.get(name, "") == value)


def _entry(each: Happened) -> Entry:
    return Entry(
        id=str(each.id),
        at=each.at,
        sentence=_sentence(each),
        tone=each.tone,
        stage=str(stage) if (stage := each.properties.get("to")) in STAGES and each.is_derived else "",
        team=(each.source != "import" and _whose(each)) or str(TEAMS.get(each.team, "")),
        url=f"/o/{each.subject[0]}/{each.subject[1]}/" if _has_page(each) and each.subject else "",
    )


def _whose(each: Happened) -> str:
    """Who did it; of a deputy, in whose place."""
    if each.by and each.in_place_of:
        return _("%(name)s for %(other)s") % {"name": each.by, "other": each.in_place_of}
    return each.by


def _sentence(each: Happened) -> SafeString:
    if each.who is None:
        return SafeString(conditional_escape(each.sentence))
    return format_html("<b>{}</b>: {}", each.who.name, each.sentence)


def _has_page(each: Happened) -> bool:
    """Entries about a record of its own lead there; those about the customer stand on its page already."""
    kind = object_types.get(each.subject[0]) if each.subject else None
    return (
        kind is not None
        and kind.has_page
        and not kind.key.startswith(("customers.person", "customers.co", "customers.cu"))
    )
