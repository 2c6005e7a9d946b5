"""What follows from the values of a new record, before it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.objects.fields import Label
from perennial.workspace.actor import Actor


def prepare_person(values: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    """A person without a name is called by its parts, else by an address."""
    if values.get("name"):
        return {}
    parts = " ".join(part for key in ("first_name", "last_name") if (part := values.get(key)))
    return {"name": parts or values.get("email") or values.get("phone") or values.get("external_id")}


def needs_a_name(values: Mapping[str, Any]) -> Mapping[str, Label]:
    return {} if values.get("name") else {"name": _("Give a name, or an e-mail address to go by.")}


def prepare_task(values: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    """What somebody writes down to do is theirs, unless they say whose."""
    return {} if values.get("owner") or values.get("team") else {"owner": by.user_id}


def prepare_note(values: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    return {"author": by.user_id}


def prepare_call(values: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    return {"caller": by.user_id, "at": values.get("at") or clock.now()}
