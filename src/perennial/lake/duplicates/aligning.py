"""Two tables made to have the same columns: by their headings, and where those differ by what stands in them."""

from __future__ import annotations

import re

import pyarrow as pa

from perennial.lake.duplicates.standard import folded

_NOT_ALNUM = re.compile(r"[\W_]+")
_LOOKED_AT = 3_000
_LEAST = 0.2  # of the words of the column with fewer must stand in the other


def aligned(one: pa.Table, other: pa.Table) -> pa.Table:
    """The second table, its columns named as those of the first that they belong to; without a counterpart they keep
    their names, and are not compared."""
    here = {_plain(name): name for name in reversed(one.column_names)}
    names: dict[str, str] = {}
    for name in other.column_names:
        known = here.get(_plain(name))
        if known is not None and known not in names.values():
            names[name] = known
    likeness = [
        (-_overlap(_words(one, mine), _words(other, theirs)), mine, theirs)
        for mine in one.column_names if mine not in names.values()
        for theirs in other.column_names if theirs not in names
    ]  # fmt: skip
    for shared, mine, theirs in sorted(likeness):
        if -shared >= _LEAST and mine not in names.values() and theirs not in names:
            names[theirs] = mine
    return other.rename_columns([names.get(name, f"{name} ") for name in other.column_names])


def _plain(name: str) -> str:
    return _NOT_ALNUM.sub("", name).lower()


def _words(table: pa.Table, name: str) -> set[str]:
    values = table.column(name).slice(0, _LOOKED_AT)
    return {word for value in values for word in folded(str(value.as_py() or "")).split()}


def _overlap(one: set[str], other: set[str]) -> float:
    """Words that both have. Running numbers, which all files have in common, are no sign."""
    mine, theirs = ({word for word in words if len(word) > 2} for words in (one, other))
    return len(mine & theirs) / min(len(mine), len(theirs)) if mine and theirs else 0.0
