"""Which of several ways to learn is believed: the first under which being the same is what it must be.

Being the same is transitive: who is the same as two others makes them the same. Pairs that only look alike are not. So
without a label we can see when lookalikes were taken for duplicates, as happens in files that have few or none; then
learning begins anew, with lookalikes as a sort of their own, and asks more of a duplicate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from perennial.lake.duplicates.learning import Beginning, Compared, Learnt, Numbers, Places, Sides, learn

_LIKELY = 0.5
_FIRM, _FIRMER = 0.05, 0.2  # of the number of records: how many pairs it takes to change what a duplicate is like
_MOST_OPEN = 0.2  # of the likely pairs and the triangles that two of them begin, so many triangles may stay open
_MOST_SHARED = 0.3  # of the best partners, so many may be the best of somebody else too, on the better side
_OFTEN = 0.35  # from so many on, records of a side do have several partners
_LOOKED_AT = 5_000  # records in the middle of triangles
_MOST_PARTNERS = 40


def believe(compared: Sequence[Compared], sides: Sides, *, records: int, is_linking: bool) -> Learnt:
    """`records` is how many there are, in the smaller file of two."""
    learnt = None
    for firmness, lookalikes in ((_FIRM, False), (_FIRM, True), (_FIRMER, True)):
        beginning = Beginning(records / 2, firmness * records, lookalikes)
        learnt = learn(compared, sides, beginning)
        if is_linking:
            shared = (
                _shared(sides.one, sides.other, learnt.probability),
                _shared(sides.other, sides.one, learnt.probability),
            )
            decided = replace(sides, one_has_one=shared[0] < _OFTEN, other_has_one=shared[1] < _OFTEN)
            learnt = learn(compared, decided, beginning)
            if min(shared) <= _MOST_SHARED:
                return learnt
        elif _open_triangles(sides, learnt.probability) <= _MOST_OPEN:
            return learnt
    assert learnt is not None
    return learnt


def _shared(side: Places, partners: Places, probability: Numbers) -> float:
    """Of the records of the other side that have a likely partner, how many share the best with another one."""
    order = np.lexsort((-probability, partners))
    best = order[np.append(True, partners[order][1:] != partners[order][:-1])]
    best = best[probability[best] >= _LIKELY]
    return float((np.bincount(side[best])[side[best]] > 1).mean()) if len(best) else 0.0


def _open_triangles(sides: Sides, probability: Numbers) -> float:
    likely = np.flatnonzero(probability >= _LIKELY)
    pairs = set(zip(sides.one[likely].tolist(), sides.other[likely].tolist(), strict=True))
    partners: dict[int, list[int]] = {}
    for one, other in sorted(pairs):
        partners.setdefault(one, []).append(other)
        partners.setdefault(other, []).append(one)
    begun = complete = 0
    for middle in list(partners)[:: max(1, len(partners) // _LOOKED_AT)]:
        for pair in combinations(sorted(partners[middle][:_MOST_PARTNERS]), 2):
            begun += 1
            complete += pair in pairs
    return (begun - complete) / (begun + len(pairs)) if pairs else 0.0  # one wrong pair alone begins two
