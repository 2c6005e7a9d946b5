"""What a cell means where files and fields write the same in different ways: days, above all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(.*)", re.ASCII | re.DOTALL)
_SHORT = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2})(?!\d)(.*)", re.ASCII | re.DOTALL)
_SERIAL = re.compile(r"(\d{5})(\.\d{1,15})?", re.ASCII)  # a day of a spreadsheet that lost its style: 45678 is in 2025
_SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - a day of no zone
_LATEST_SHORT_YEAR = 70  # 69 is 2069, 70 is 1970
_TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M%p", "%I:%M:%S %p")


def day_written(text: str, *, is_month_first: bool) -> str:
    """Days before months or after them, as the user said, in the order that fields understand."""
    text = text.strip()[:60]
    if (serial := _SERIAL.fullmatch(text)) is not None:
        moment = _SERIAL_START + timedelta(days=int(serial[1]), seconds=round(float(serial[2] or 0) * 86_400))
        return f"{moment:%Y-%m-%d %H:%M:%S}" if serial[2] else f"{moment:%Y-%m-%d}"
    found = _SLASHED.fullmatch(text) or _SHORT.fullmatch(text)
    if found is None:
        return text
    first, second, year, rest = found.groups()
    month, day = (first, second) if is_month_first else (second, first)
    if len(year) == 2:
        year = f"{20 if int(year) < _LATEST_SHORT_YEAR else 19}{year}"
    return f"{year}-{int(month):02}-{int(day):02}{_time(rest)}"


def order_of_days(texts: Iterable[str]) -> str:
    """ "mdy" or "dmy", as far as days with a number above twelve tell; "" where none does, or both do."""
    orders = set()
    for text in texts:
        found = _SLASHED.fullmatch(text.strip()[:60])
        if found is not None and (int(found[1]) > 12) != (int(found[2]) > 12):
            orders.add("dmy" if int(found[1]) > 12 else "mdy")
    return orders.pop() if len(orders) == 1 else ""


def _time(rest: str) -> str:
    """The time of day behind a date: "8:26" as "08:26"; with pm where it says so."""
    text = rest.strip(" T,").upper()
    if not text:
        return ""
    for pattern in _TIMES:
        try:
            return f" {datetime.strptime(text, pattern):%H:%M:%S}"  # noqa: DTZ007 - a time of day alone
        except ValueError:
            continue
    return f" {text}"
