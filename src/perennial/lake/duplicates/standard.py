"""Values as they are compared: folded, without what people write in different ways."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

from anyascii import anyascii

from perennial.lake.duplicates.columns import Kind

_NOT_ALNUM = re.compile(r"[^0-9a-z]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’`´](?=\w)")
_PARTS = re.compile(r"\d+")
_NUMBER = re.compile(r"[-+]?\d[\d ,.]*")
_LONGEST = 2_000  # characters of a text that are compared


def standard(kind: Kind, values: Sequence[str]) -> list[str | None]:
    """Each value in its standard form, None where nothing is left of it."""
    change = _CHANGES.get(kind) or (_days(values) if kind == "day" else folded)
    return [change(value) or None for value in values]


def plain(value: str) -> str:
    """Without what a web page left in it: &amp; is “and”."""
    return html.unescape(value[:_LONGEST]) if "&" in value else value[:_LONGEST]


def folded(value: str) -> str:
    return _NOT_ALNUM.sub(" ", _APOSTROPHE.sub("", anyascii(plain(value)).lower())).strip()


def _email(value: str) -> str:
    return value.strip().lower()


def _phone(value: str) -> str:
    """The last nine digits: with or without the country, the trunk's zero."""
    found = "".join(filter(str.isdigit, value)).lstrip("0")
    return found[-9:] if len(found) > 9 else found


def _code(value: str) -> str:
    return _NOT_ALNUM.sub("", anyascii(value).lower())


def _link(value: str) -> str:
    return re.sub(r"^https?://|^www\.|/+$", "", re.sub(r"^https?://", "", value.strip().lower()))


def _number(value: str) -> str:
    """A plain decimal number; of "1.234,50" and "1,234.50" the last mark is the point."""
    found = _NUMBER.search(value)
    if found is None:
        return ""
    text = found.group().replace(" ", "")
    point = max(text.rfind("."), text.rfind(","))
    if point >= 0 and len(text) - point - 1 != 3:
        text = re.sub(r"[.,]", "", text[:point]) + "." + text[point + 1 :]
    else:
        text = re.sub(r"[.,]", "", text)
    return text.rstrip(".")


def _days(values: Sequence[str]) -> Callable[[str], str]:
    """As 2001-12-31. Whether the day or the month comes first is what more of the values allow."""
    parts = [_PARTS.findall(value)[:3] for value in values]
    short = [each for each in parts if len(each) == 3 and len(each[0]) <= 2]
    month_first = sum(int(each[1]) > 12 for each in short) > sum(int(each[0]) > 12 for each in short)

    def change(value: str) -> str:
        found = _PARTS.findall(value)
        if found and len(found[0]) == 8:
            found = [found[0][:4], found[0][4:6], found[0][6:]]
        if len(found) < 3:
            return ""
        year, month, day = found[:3]
        if len(year) <= 2:
            day, month, year = (found[1], found[0], found[2]) if month_first else (found[0], found[1], found[2])
            if len(year) == 2:
                year = ("19" if int(year) > 30 else "20") + year
        return f"{int(year):04}-{int(month):02}-{int(day):02}"

    return change


_CHANGES: dict[Kind, Callable[[str], str]] = {
    "email": _email, "phone": _phone, "code": _code, "link": _link, "number": _number,
}  # fmt: skip
