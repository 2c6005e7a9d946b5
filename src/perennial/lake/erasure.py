"""Asking for somebody to be forgotten by the lake. Light: any process may ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from perennial.lake.models import Erasure


def request_erasure(
    *,
    profile_ids: Sequence[int] = (),
    records: Mapping[str, Sequence[int]] | None = None,
    rows: Mapping[str, Sequence[int]] | None = None,
) -> int:
    """Forget what is known of profiles (their events), of records (by the key of their kind: their versions, changes,
    facts and the events about them) and of rows of other tables (by their name in the lake).

    Call it in the transaction that erases or rewrites them in PostgreSQL: both take effect, or none. What that leaves
    of them is read again, so naming too much does no harm. Within seconds of the commit no current file tells of what
    is gone, within some hours no file on the disk does (`upkeep.remove_old_files`).
    """
    what = {
        "profiles": sorted(set(profile_ids)),
        "records": {key: sorted(set(ids)) for key, ids in (records or {}).items() if ids},
        "rows": {name: sorted(set(ids)) for name, ids in (rows or {}).items() if ids},
    }
    return int(Erasure.objects.create(what=what).pk)
