"""Asking for somebody to be forgotten by the lake. Light: any process may ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from perennial.lake.models import Erasure


def request_erasure(
    *, profile_ids: Sequence[int] = (), records: Mapping[str, Sequence[int]] | None = None
) -> int:
    """Forget the events of profiles, and all versions and changes of records (ids by the key of their kind).

    Call it in the transaction that erases them from PostgreSQL: both take effect, or none. Within seconds of the commit
    no current file tells of them any more, within some hours no file on the disk does (`upkeep.remove_old_files`).
    What that transaction leaves of a record (a row without a name) is exported again afterwards.
    """
    what = {
        "profiles": sorted(set(profile_ids)),
        "records": {key: sorted(set(ids)) for key, ids in (records or {}).items() if ids},
    }
    return int(Erasure.objects.create(what=what).pk)
