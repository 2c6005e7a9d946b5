"""What would miss a field or a kind: asked before it is retired. Whoever keeps something that names fields says so.

    register_uses(lambda object_key, field: [Use(_("View"), view.name, f"/o/{object_key}/?view={view.id}") for …])

`field` is "" when the whole kind is asked about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from perennial.objects.fields import Label


@dataclass(frozen=True, slots=True)
class Use:
    """`what` is the kind of thing ("View"), `name` which one, `url` where it is."""

    what: Label
    name: str
    url: str = ""


Uses = Callable[[str, str], list[Use]]
_asked: list[Uses] = []


def register_uses(asked: Uses) -> None:
    if asked not in _asked:
        _asked.append(asked)


def uses_of(object_key: str, field: str = "") -> list[Use]:
    """All of them, in the order in which they were registered."""
    return [use for asked in _asked for use in asked(object_key, field)]
