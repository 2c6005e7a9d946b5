"""From the names in a file to records: a company by its name, its e-mail or an id, a user by e-mail or name, a team."""

from __future__ import annotations

from collections.abc import Iterable

from perennial.foundation.sql import fetch
from perennial.foundation.text import sort_key
from perennial.objects.access import widest_reach
from perennial.objects.fields.ref import TEAM, USER
from perennial.objects.importing.finding import AMBIGUOUS, OWN_ID, find
from perennial.objects.importing.kinds import Session
from perennial.objects.record_fields import field_of
from perennial.objects.types import ObjectType, object_types
from perennial.objects.writing import create_records
from perennial.workspace.rights import Reach

ANY, NAME, EMAIL, EXTERNAL = "", "name", "email", "external"


class Names:
    """Remembers what it has looked up. A name that is not here may be made into a record, within the import's run.
    `key` says what the file calls records by; with `ANY` it is tried in the order of certainty."""

    def __init__(self, session: Session, *, may_create: bool, key: str = ANY) -> None:
        self.session, self.may_create, self.key = session, may_create, key
        self.made: set[tuple[str, str]] = set()
        self._known: dict[tuple[str, str], int] = {}

    def ids_of(self, object_key: str, names: Iterable[str]) -> dict[str, int]:
        """Name → id; `AMBIGUOUS` where several have it; missing where nobody has."""
        names = set(names)
        wanted = {name for name in names if (object_key, name) not in self._known}
        found = self._look_up(object_key, wanted) if wanted else {}
        if not self.session.is_trial:  # what a trial makes is gone with its batch
            self._known.update({(object_key, name): id for name, id in found.items()})
        return found | {name: self._known[object_key, name] for name in names if (object_key, name) in self._known}

    def _look_up(self, object_key: str, names: set[str]) -> dict[str, int]:
        if object_key == USER:
            return _colleagues(names)
        if object_key == TEAM:
            return _one_each(
                fetch(
                    "SELECT name, id FROM workspace_team WHERE lower(name) = ANY(%s)",
                    [[name.strip().lower() for name in names]],
                ),
                names,
            )
        kind = object_types.get(object_key)
        if kind is None:
            return {}
        found: dict[str, int] = {}
        for key in self._keys(kind):
            missing = names - set(found)
            texts = {name: name.strip().lower() if key == "email" else name for name in missing}
            there = find(kind, key, set(texts.values()), by=self.session.by)
            found |= {name: there[text] for name, text in texts.items() if text in there}
        missing = names - set(found)
        may_create = self.may_create and self.key in (ANY, NAME)
        return found | self._create(kind, missing) if missing and may_create else found

    def _keys(self, kind: ObjectType) -> list[str]:
        keys = {EXTERNAL: kind.external, EMAIL: "email", NAME: kind.title, OWN_ID: OWN_ID}
        wanted = [kind.external, "email", kind.title] if self.key == ANY else [keys.get(self.key, kind.title)]
        return [key for key in dict.fromkeys(wanted) if key == OWN_ID or field_of(kind, key) is not None]

    def _create(self, kind: ObjectType, names: set[str]) -> dict[str, int]:
        if not kind.can_create or widest_reach(kind, by=self.session.by, verb="create") is Reach.NONE:
            return {}
        spelled = {sort_key(name): name for name in sorted(names) if sort_key(name)}
        fixed = {"is_sample": True} if self.session.is_sample else None
        run = create_records(
            kind,
            [{kind.title: name} for name in spelled.values()],
            by=self.session.by,
            within=self.session.run,
            fixed=fixed,
        )
        made = {key: result.id for key, result in zip(spelled, run.results, strict=True) if result.is_done}
        found = {name: id for name in names if (id := made.get(sort_key(name))) is not None}
        self.made |= {(kind.key, name) for name in found}
        return found


def _colleagues(names: set[str]) -> dict[str, int]:
    lowered = [name.strip().lower() for name in names]
    rows = fetch(
        "SELECT email, id FROM workspace_user WHERE email = ANY(%s) UNION ALL"
        " SELECT name, id FROM workspace_user WHERE lower(name) = ANY(%s)",
        [lowered, lowered],
    )
    return _one_each(rows, names)


def _one_each(rows: Iterable[tuple[str, int]], names: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, id in rows:
        key = name.lower()
        found[key] = AMBIGUOUS if found.get(key, id) != id else id
    return {name: found[name.strip().lower()] for name in names if name.strip().lower() in found}
