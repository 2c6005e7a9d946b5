"""What is kept beside records follows a merge: comments, shares, followers, favourites and what was looked at.

Shares, followers and the rest are copied: those of the record that goes stay with it, unseen, and are what it has again
when the merge is taken back. What the copy added is remembered, and goes then, unless somebody has changed it since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from perennial.foundation.sql import execute, fetch
from perennial.objects.actions import Run
from perennial.objects.sharing.reading import forget_shares
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor

_SHARES = "objects_share"
_FOLLOWING = {"objects_follower": "is_off, since", "objects_favourite": "created_at", "objects_viewed": "at"}
_GIVEN_BACK = ("objects_follower", "objects_favourite")  # when somebody looked is not taken back
_SHARE = "user_id, team_id, reach, until"
# Whoever sees and changes has more than who sees; of two alike the one that lasts longer. No share becomes more than
# the wider of the two.
_WIDER = (
    "(CASE theirs.reach WHEN 'edit' THEN 1 ELSE 0 END, coalesce(theirs.until, 'infinity'))"
    " > (CASE mine.reach WHEN 'edit' THEN 1 ELSE 0 END, coalesce(mine.until, 'infinity'))"
)
_SAME = "theirs.user_id IS NOT DISTINCT FROM mine.user_id AND theirs.team_id IS NOT DISTINCT FROM mine.team_id"


Some = dict[str, set[Any]]  # table → whom of it: users, of shares (user, team)


def carry(
    object_key: str, source: int, target: int, *, by: Actor, run: Run, action: str, only: Some | None = None
) -> dict[str, Any]:
    """Let the target have what the source has (`only` these, where they are named); what `give_back` needs to know."""
    words: dict[str, Any] = {"key": object_key, "source": source, "target": target}
    some, user = "", ""
    if only is not None:
        whom = only.get(_SHARES, set())
        words |= {"users": [each for each, _team in whom], "teams": [each for _user, each in whom]}
        some = " AND (theirs.user_id = ANY(%(users)s::bigint[]) OR theirs.team_id = ANY(%(teams)s::bigint[]))"
        user = " AND user_id = ANY(%(some)s::bigint[])"
    widened = fetch(
        "UPDATE objects_share mine SET reach = theirs.reach, until = theirs.until FROM objects_share theirs,"
        " objects_share before WHERE mine.object_key = %(key)s AND mine.record_id = %(target)s"
        " AND theirs.object_key = %(key)s AND theirs.record_id = %(source)s AND before.id = mine.id"
        f" AND {_SAME} AND {_WIDER}{some}"
        " RETURNING mine.user_id, mine.team_id, mine.reach, mine.until::text, before.reach, before.until::text",
        words,
    )
    added = fetch(
        f"INSERT INTO objects_share (object_key, record_id, {_SHARE}, given_by_id, given_at)"
        f" SELECT object_key, %(target)s, {_SHARE}, given_by_id, given_at FROM objects_share theirs"
        f" WHERE object_key = %(key)s AND record_id = %(source)s{some} ON CONFLICT DO NOTHING"
        " RETURNING user_id, team_id, reach, until::text, NULL, NULL",
        words,
    )
    shares = [list(row) for row in (*added, *widened)]
    _log(object_key, target, shares, by=by, run=run, action=action)
    carried: dict[str, Any] = {_SHARES: shares}
    for table, columns in _FOLLOWING.items():
        carried[table] = [user_id for (user_id,) in fetch(
            f"INSERT INTO {table} (object_key, record_id, user_id, {columns}) SELECT object_key, %(target)s, user_id,"
            f" {columns} FROM {table} WHERE object_key = %(key)s AND record_id = %(source)s{user}"
            " ON CONFLICT DO NOTHING RETURNING user_id",
            words | {"some": list(only.get(table, ())) if only is not None else []},
        )]  # fmt: skip
    return {name: rows for name, rows in carried.items() if rows}


def take_out(
    object_key: str, chain: Sequence[Sequence[Any]], gone: Any, *, by: Actor, run: Run, action: str
) -> list[Any]:
    """Take back what one merge gave. The others may have had the same to give: all into the same record, and into
    those that it went into later, give anew what goes. `chain` has those merges (`winner_id`, `loser_id`, `carried`),
    oldest first, from the record on to where it is now. Answers with those whose `carried` is another now.

    Nobody has again what was taken from them meanwhile.
    """
    back: Some = {}
    for merges in reversed(chain):
        for each in reversed(merges):
            given = give_back(object_key, each.winner_id, each.carried, by=by, run=run, action=action)
            for name, whom in given.items():
                back.setdefault(name, set()).update(whom)
    others = [each for merges in chain for each in merges if each is not gone]
    for each in others:
        kept = {name: rows for name, rows in each.carried.items() if name not in (_SHARES, *_GIVEN_BACK)}
        each.carried = kept | carry(
            object_key, each.loser_id, each.winner_id, by=by, run=run, action=action, only=back
        )  # fmt: skip
    return others


def give_back(object_key: str, target: int, carried: Mapping[str, Any], *, by: Actor, run: Run, action: str) -> Some:
    """Take from the target what it was given, as far as it is still that: whom it was taken from."""
    back = []
    for user_id, team_id, reach, until, was_reach, was_until in reversed(carried.get(_SHARES, ())):
        found = fetch(
            "DELETE FROM objects_share WHERE object_key = %s AND record_id = %s AND user_id IS NOT DISTINCT FROM %s"
            " AND team_id IS NOT DISTINCT FROM %s AND reach = %s AND until IS NOT DISTINCT FROM %s::timestamptz"
            " RETURNING given_by_id, given_at",
            [object_key, target, user_id, team_id, reach, until],
        )
        if found and was_reach is not None:
            execute(
                f"INSERT INTO objects_share (object_key, record_id, {_SHARE}, given_by_id, given_at)"
                " VALUES (%s, %s, %s, %s, %s, %s::timestamptz, %s, %s)",
                [object_key, target, user_id, team_id, was_reach, was_until, *found[0]],
            )
        if found:
            back.append([user_id, team_id, was_reach, was_until, reach, until])
    _log(object_key, target, back, by=by, run=run, action=action)
    taken: Some = {_SHARES: {(row[0], row[1]) for row in back}}
    for table in _GIVEN_BACK:
        if carried.get(table):
            taken[table] = {user_id for (user_id,) in fetch(
                f"DELETE FROM {table} WHERE object_key = %s AND record_id = %s AND user_id = ANY(%s::bigint[])"
                " RETURNING user_id", [object_key, target, carried[table]],
            )}  # fmt: skip
    return taken


def move_comments(object_key: str, source: int, target: int, ids: Iterable[int] | None = None) -> list[int]:
    """All that was said about the source, or these of it; the ids of the comments moved."""
    some = "" if ids is None else " AND id = ANY(%(ids)s::bigint[])"
    return sorted(
        id for (id,) in fetch(
            "UPDATE objects_comment SET record_id = %(target)s WHERE object_key = %(key)s AND record_id = %(source)s"
            f"{some} RETURNING id",
            {"key": object_key, "source": source, "target": target, "ids": list(ids or ())},
        )
    )  # fmt: skip


def _log(object_key: str, record_id: int, shares: Iterable[list[Any]], *, by: Actor, run: Run, action: str) -> None:
    changes = []
    for user_id, team_id, reach, until, was_reach, was_until in shares:
        whom = f"user:{user_id}" if user_id is not None else f"team:{team_id}"
        sides = [None if side[0] is None else {"with": whom, "reach": side[0], "until": side[1]}
                 for side in ((was_reach, was_until), (reach, until))]  # fmt: skip
        changes.append(Change(object_key, record_id, "share", {"shared": sides}))
    if changes:
        log_changes(changes, actor=by.log_name, action=action, cause=run.cause, run_id=run.id)
        forget_shares(by)
