"""From the names in a file to records: a company by its name or its other id, a user by e-mail or name, a team."""

from __future__ import annotations

from collections.abc import Iterable

from perennial.conditions.resolver import Sql
from perennial.foundation.sql import fetch
from perennial.foundation.text import sort_key
from perennial.objects.access import widest_reach
from perennial.objects.columns import model_columns
from perennial.objects.fields.ref import TEAM, USER
from perennial.objects.importing.kinds import Session
from perennial.objects.query import by_external
from perennial.objects.record_fields import field_of
from perennial.objects.statements import selection
from perennial.objects.types import ObjectType, object_types
from perennial.objects.writing import create_records
from perennial.workspace.rights import Reach

AMBIGUOUS = -1


class Names:
    """Remembers what it has looked up. A name that is not here may be made into a record, within the import's run."""

    def __init__(self, session: Session, *, may_create: bool) -> None:
        self.session, self.may_create = session, may_create
        self._known: dict[tuple[str, str], int] = {}

    def ids_of(self, object_key: str, names: Iterable[str]) -> dict[str, int]:
        """Name → id; `AMBIGUOUS` where several have it; missing where nobody has."""
        wanted = {name for name in names if (object_key, name) not in self._known}
        found = self._look_up(object_key, wanted) if wanted else {}
        self._known.update({(object_key, name): id for name, id in found.items()})
        return {name: self._known[object_key, name] for name in names if (object_key, name) in self._known}

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
        found = by_external(kind, list(names), by=self.session.by) if field_of(kind, kind.external) else {}
        found = self._by_title(kind, names - set(found)) | found
        missing = names - set(found)
        return found | self._create(kind, missing) if missing and self.may_create else found

    def _by_title(self, kind: ObjectType, names: set[str]) -> dict[str, int]:
        if not names or "sort_key" not in model_columns(kind.model):
            return {}
        chosen = selection(kind, by=self.session.by, verb="view")
        alias = chosen.tables.alias
        rows = fetch(
            *chosen.statement(
                f"{alias}.sort_key, {alias}.id",
                also=[Sql(f"{alias}.sort_key = ANY(%s::text[])", ([sort_key(name) for name in names],))],
            )
        )
        by_name: dict[str, int] = {}
        for key, id in rows:
            by_name[key] = AMBIGUOUS if key in by_name else id
        return {name: by_name[sort_key(name)] for name in names if sort_key(name) in by_name}

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
        return {name: id for name in names if (id := made.get(sort_key(name))) is not None}


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
