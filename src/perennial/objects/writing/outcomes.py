"""Results of writing: how a run is opened, how a refusal is said, and how one is raised."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Stale, Text
from perennial.foundation.ids import uuid7
from perennial.foundation.sql import execute_planned, fetch_planned, json
from perennial.objects.actions import Result, Run
from perennial.objects.deputies import note_in_whose_place
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor

_SENTENCES = {
    "create": _("Created {count} × {things}"),
    "update": _("Changed {count} × {things}"),
    "upsert": _("Created or changed {count} × {things}"),
    "delete": _("Deleted {count} × {things}"),
    "restore": _("Restored {count} × {things}"),
    "undo": _("Undid changes to {count} × {things}"),
    "import": _("Imported {count} × {things}"),
    "export": _("Exported {count} × {things}"),
}
_REFUSALS: dict[str, type[Refused]] = {
    "not_found": NotFound, "forbidden": Forbidden, "conflict": Conflict, "stale": Stale,
}  # fmt: skip


def invalid(fields: Mapping[str, Text], *, id: int | None = None) -> Result:
    said = {key: str(sentence) for key, sentence in fields.items()}
    return Result(id, "invalid", " ".join(said.values()), {"fields": said})


def refused(code: str, *, id: int | None = None, sentence: Text = "") -> Result:
    return Result(id, code, str(sentence or _REFUSALS[code].sentence))


def refusal(result: Result) -> Refused:
    """The error that says the same as a refused result."""
    if result.code == "invalid":
        return Invalid(dict(result.data.get("fields", {})))
    return _REFUSALS.get(result.code, Refused)(result.sentence or None, code=result.code)


def the_only(run: Run) -> Result:
    """The result of a run over one record; raises what was refused."""
    (result,) = run.results
    if not result.is_done:
        raise refusal(result)
    return result


def new_cause(cause: uuid.UUID | None) -> uuid.UUID:
    return cause or uuid7()


def keep_run(
    run: Run,
    action: str,
    kind_key: str,
    *,
    by: Actor,
    input: Mapping[str, Any] | None = None,
    parent: uuid.UUID | None = None,
) -> None:
    """Write the row of `objects_run`, at the end, when it is known what was done."""
    done = sum(result.is_done for result in run.results)
    execute_planned(
        "INSERT INTO objects_run (id, action, object_key, actor, cause, parent_cause, input, done, refused, started_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            run.id,
            action,
            kind_key,
            by.log_name,
            run.cause,
            parent,
            json(dict(input or {})),
            done,
            len(run.results) - done,
            clock.real_now(),
        ],
    )
    note_in_whose_place(run.id, by)


def next_run_id() -> int:
    return int(fetch_planned("SELECT nextval(pg_get_serial_sequence('objects_run', 'id'))")[0][0])


def said(action: str, kind: ObjectType, results: Sequence[Result]) -> str:
    count = sum(result.is_done for result in results)
    things = kind.label if count == 1 else kind.label_plural
    return str(_SENTENCES[action]).format(count=count, things=things)


def finish(
    run_id: int,
    cause: uuid.UUID,
    action: str,
    kind: ObjectType,
    results: Sequence[Result],
    *,
    by: Actor,
    input: Mapping[str, Any] | None = None,
) -> Run:
    run = Run(run_id, cause, tuple(results), said(action, kind, results))
    keep_run(run, action, kind.key, by=by, input=input)
    return run
