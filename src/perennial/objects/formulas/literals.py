"""Values written into SQL, letter by letter: nothing of them can end the literal or be taken for a parameter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from perennial.conditions.resolver import Sql

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-.,")


def sql_literal(value: Decimal | int | str | bool | date | None) -> str:
    """With its type, so that PostgreSQL never has to guess."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | Decimal():
            return f"({value:f})::numeric" if isinstance(value, Decimal) else f"({value})::numeric"
        case date():
            return f"'{value.isoformat()[:10]}'::date"
    return f"E'{''.join(map(_letter, str(value)))}'::text"


def inlined(sql: Sql) -> str:
    """SQL with its parameters written into it: for conditions that are declared in code."""
    pieces = sql.text.split("%s")
    assert len(pieces) == len(sql.params) + 1
    texts = [sql_literal(param) for param in sql.params]  # type: ignore[arg-type]
    return pieces[0] + "".join(text + piece for text, piece in zip(texts, pieces[1:], strict=True))


def _letter(letter: str) -> str:
    if letter in _PLAIN:
        return letter
    code = ord(letter)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
