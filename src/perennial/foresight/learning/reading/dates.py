"""Days and times. Which comes first, day or month, is told by all values of the column together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = on_demand("pyarrow", "pyarrow.compute")

_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d",
         "%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y")  # fmt: skip
_TIMES = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
FORMATS = tuple(day + time for time in _TIMES for day in _DAYS)
_MOST = 0.95  # of the values must fit
_LOOKED_AT = 2_000
_TAIL = r"(\.\d+)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?$"  # fractions of seconds and zones: hours matter little here


def format_of(seen: pa.Array) -> str | None:
    """The format that most of the values have, None where they are no dates. The first that fits best wins."""
    seen = _plain(seen.slice(0, _LOOKED_AT))
    if not len(seen):
        return None
    best, most = None, _MOST * len(seen) - 1e-9
    for each in FORMATS:
        if each == "%Y%m%d" and not _are_plain_days(seen):
            continue
        fitting = len(seen) - _read(seen, each).null_count
        if fitting > most:
            best, most = each, fitting
    return best


def read(column: pa.Array, form: str) -> pa.Array:
    """Seconds; null where a value has not this format, or a year that nobody means."""
    times = _read(_plain(column), form)
    years = pa.compute.year(times)
    is_meant = pa.compute.and_(pa.compute.greater(years, 1800), pa.compute.less(years, 2200))
    return pa.compute.if_else(is_meant, times, pa.scalar(None, pa.timestamp("s")))


def _read(column: pa.Array, form: str) -> pa.Array:
    return pa.compute.strptime(column, format=form, unit="s", error_is_null=True)


def _plain(column: pa.Array) -> pa.Array:
    compute = pa.compute
    spaced = compute.replace_substring_regex(column, r"^(\d{4}-\d\d?-\d\d?)T", r"\1 ")
    has_clock = compute.match_substring_regex(spaced, r":\d\d")
    return compute.if_else(has_clock, compute.replace_substring_regex(spaced, r"(:\d\d)" + _TAIL, r"\1"), spaced)


def _are_plain_days(seen: pa.Array) -> bool:
    fitting = pa.compute.match_substring_regex(seen, r"^(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])$")
    return bool(pa.compute.sum(fitting).as_py() == len(seen))
