"""The `PersonalData` contract: how one person's data is given to them, and how it is erased, in every room.

A room that keeps anything about people declares it from `apps.ready()`:

    register_personal_data(PersonalData("commerce.orders", _("Orders"), export=orders_of, erase=blank_orders))

`export(subject)` answers with JSON. `erase(subject, by)` removes or blanks what identifies the person, set-based, in
the transaction that is open; what must be kept (an invoice) is kept without the person. It answers with the records it
touched, by kind: their change log is rewritten too. A table where a name or an address can stand in free text declares
its columns with `register_free_text`; they are searched for the person's names and addresses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perennial.foundation.sql import fetch
from perennial.foundation.text import sort_key
from perennial.objects.fields import Label
from perennial.workspace.actor import Actor

ERASED = "[…]"  # stands where a name or an address stood in a text


@dataclass(frozen=True, slots=True)
class Subject:
    """The person: the customers that they are (themselves first, then those merged into them), their profiles, and
    the names, addresses and numbers by which free text would mention them and nobody else."""

    customer_ids: tuple[int, ...]
    profile_ids: tuple[int, ...]
    terms: tuple[str, ...]


Held = Mapping[str, Sequence[int]]  # the records that held something, by the key of their kind


@dataclass(frozen=True, slots=True)
class PersonalData:
    key: str
    label: Label
    export: Callable[[Subject], Any]
    erase: Callable[[Subject, Actor], Held]


personal_data: dict[str, PersonalData] = {}


@dataclass(frozen=True, slots=True)
class FreeText:
    """Text or JSON columns of a table in which people may be mentioned; `object_key` if its rows are records."""

    table: str
    columns: tuple[str, ...]
    object_key: str = ""


free_text: dict[str, FreeText] = {}


def register_personal_data(declared: PersonalData) -> PersonalData:
    """Refuses a key that is taken."""
    if declared.key in personal_data:
        raise ValueError(f"The personal data {declared.key} is declared twice.")
    personal_data[declared.key] = declared
    return declared


def register_free_text(table: str, *columns: str, object_key: str = "") -> None:
    """Refuses a table that is declared already."""
    if table in free_text:
        raise ValueError(f"The free text of {table} is declared twice.")
    free_text[table] = FreeText(table, columns, object_key)


def subject_of(customer_id: int) -> Subject:
    """Everything that is this person, also under the names they had before."""
    ids = [row[0] for row in fetch(
        "WITH RECURSIVE tree (id, depth) AS (SELECT %s::bigint, 0"
        " UNION ALL SELECT c.id, depth + 1 FROM tree JOIN customers_customer c ON c.merged_into_id = tree.id)"
        " SELECT id FROM tree ORDER BY depth, id", [customer_id],
    )]  # fmt: skip
    profiles = [row[0] for row in fetch("SELECT id FROM customers_profile WHERE customer_id = ANY(%s)", [ids])]
    return Subject(tuple(ids), tuple(profiles), _terms(ids, profiles))


def scrub(
    table: str,
    columns: Sequence[str],
    terms: Sequence[str],
    *,
    where: str = "TRUE",
    params: Sequence[Any] = (),
    returning: str = "1",
) -> list[Any]:
    """Put `ERASED` in place of the terms, in any case of letters, wherever these columns mention them.

    `where` (with its `params`) says in which rows; `returning` what to answer about each row that was changed.
    """
    if not terms:
        return []
    types = dict(fetch(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND column_name = ANY(%s)",
        [table, list(columns)],
    ))  # fmt: skip
    # jsonb shows letters of every script as they are, json as they were sent.
    quoted = {json.dumps(term, ensure_ascii=is_ascii)[1:-1] for term in terms for is_ascii in (False, True)}
    plain, within_json = _pattern(terms), _pattern(sorted(quoted))
    sets, tests, patterns = [], [], []
    for column in columns:
        is_quoted = types[column] in ("json", "jsonb", "ARRAY")  # in all of them by backslashes
        pattern = within_json if is_quoted else plain
        cast = {"ARRAY": "::text[]"}.get(types[column], f"::{types[column]}") if is_quoted else ""
        sets.append(f"\"{column}\" = regexp_replace(\"{column}\"::text, %s, '{ERASED}', 'gi'){cast}")
        tests.append(f'"{column}"::text ~* %s')
        patterns.append(pattern)
    changed = fetch(
        f"UPDATE {table} SET {', '.join(sets)} WHERE {where} AND ({' OR '.join(tests)}) RETURNING {returning}",
        [*patterns, *params, *patterns],
    )
    return [row[0] for row in changed]


def _terms(customer_ids: Sequence[int], profile_ids: Sequence[int]) -> tuple[str, ...]:
    """What names them and only them: an address that somebody else has too is theirs as well, and stays."""
    found: set[str] = set()
    for name, first, last, email, phone, number in fetch(
        "SELECT name, first_name, last_name, email, phone, external_id FROM customers_customer WHERE id = ANY(%s)",
        [list(customer_ids)],
    ):
        found |= {email, phone, number, name, f"{first} {last}" if first and last else None} - {None}
    found |= {value.partition(":")[2] if kind == "external" else value for kind, value in fetch(
        "SELECT kind, value FROM customers_identity WHERE profile_id = ANY(%s)", [list(profile_ids)])}  # fmt: skip
    for (values,) in fetch(
        "SELECT \"values\"::text FROM timeline_change WHERE object_key = 'customers.person' AND record_id = ANY(%s)",
        [list(customer_ids)],
    ):
        for key, value in json.loads(values).items():
            if key in ("name", "email", "phone", "external_id"):
                found |= {each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)}
    shared = {row[0] for row in fetch(
        "SELECT unnest(ARRAY[email, phone, name]) FROM customers_customer WHERE NOT id = ANY(%s) AND deleted_at IS NULL"
        " AND (email = ANY(%s) OR phone = ANY(%s) OR sort_key = ANY(%s))",
        [list(customer_ids), list(found), list(found), [sort_key(each) for each in found]],
    )}  # fmt: skip
    return tuple(sorted(each for each in found - shared if _is_telling(each)))


def _is_telling(term: str) -> bool:
    """Long enough to mean somebody: "Al" and "7" would erase half the house."""
    return "@" in term or len(term) >= 8 or (len(term) >= 5 and " " in term)


def _pattern(terms: Sequence[str]) -> str:
    return "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))


register_free_text("customers_note", "text", object_key="customers.note")
register_free_text("customers_task", "title", "note", object_key="customers.task")
register_free_text("customers_call", "summary", object_key="customers.call")
register_free_text("objects_comment", "text", object_key="objects.comment")
register_free_text("customers_quarantine", "body")
register_free_text("objects_run", "input")
register_free_text("objects_export", "asked")
register_free_text("objects_view", "name", "spec")
register_free_text("objects_bulk", "changes", "where_text", "search")
register_free_text("objects_bulk_record", "sentence")
register_free_text("objects_import_skipped", "cells", "sentence")
register_free_text("objects_idempotency", "answer", "headers")
register_free_text("timeline_delivery", "payload", "said")
register_free_text("timeline_notification", "sentence", "details")
register_free_text("workspace_mail", "to", "subject", "body")
register_free_text("procrastinate_jobs", "args")
