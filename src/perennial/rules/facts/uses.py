"""Which facts would miss a field, another fact or a kind: asked before that is retired."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.objects.made.uses import Use, register_uses
from perennial.objects.types import object_types
from perennial.rules.facts.models import MadeFact


def uses_in_facts(object_key: str, field: str) -> list[Use]:
    """A kind is missed by the facts about it, and by those that count its records."""
    kind = object_types.get(object_key)
    about = {object_key, kind.facts_key} if kind is not None else {object_key}
    found = []
    for made in MadeFact.objects.filter(retired_at=None).order_by("label"):
        named = {(key, name) for key, name in made.rests_on}
        is_used = any((key, field) in named for key in about) if field else (
            made.object_key == object_key or (object_key, "") in named
        )  # fmt: skip
        if is_used:
            found.append(Use(_("Fact"), made.label, f"/settings/facts/{made.pk}/"))
    return found


register_uses(uses_in_facts)
