"""The definitions as declarations, in this process: built anew whenever their version in the database is another.

`follow` is called when a request or a job begins; it asks the database at most every two seconds. Whoever changes a
definition calls `changed` in the same transaction, and sees the effect at once.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import ClassVar

from django.db import DatabaseError, transaction

from perennial.foundation.sql import execute, fetch_one
from perennial.objects.made.building import kind_of_definition, with_made
from perennial.objects.made.models import MadeField, MadeKind, Term
from perennial.objects.observed import types as observed
from perennial.objects.types import ObjectType, object_types

_EVERY = 2.0  # seconds


class _State:
    followers: ClassVar[list[tuple[Callable[[], None], Callable[[], None]]]] = []
    version: int | None = None
    until = 0.0
    originals: ClassVar[dict[str, ObjectType]] = {}  # kinds of the code that users altered
    made: ClassVar[set[str]] = set()
    lock = threading.RLock()


def follow() -> None:
    """Take over what another process has changed. Before the first migration there is nothing to take over."""
    if time.monotonic() < _State.until:
        return
    with _State.lock:
        _State.until = time.monotonic() + _EVERY
        try:
            with transaction.atomic():
                found = fetch_one("SELECT version FROM objects_catalogue LIMIT 1")
        except DatabaseError:
            return
        if found is not None and found[0] != _State.version:
            _build(found[0])


def follow_now() -> None:
    """The same for one who works by definitions that they must not miss."""
    _State.until = 0.0
    follow()


def when_built(take_over: Callable[[], None], forget: Callable[[], None]) -> None:
    """Have other definitions taken over whenever the version has changed, after the fields and kinds: for rooms above.
    They call `changed` like whoever changes a field does."""
    if (take_over, forget) not in _State.followers:
        _State.followers.append((take_over, forget))


def definitions_version() -> int:
    """How often they have changed, as the transaction that is open sees it."""
    found = fetch_one("SELECT version FROM objects_catalogue LIMIT 1")
    return int(found[0]) if found else 0


def built_version() -> int | None:
    """The version of the definitions that this process has; None before the first look, and between tests."""
    return _State.version


def changed() -> None:
    """Call in the transaction that changed a definition. Others follow once it is committed."""
    execute("UPDATE objects_catalogue SET version = version + 1")
    found = fetch_one("SELECT version FROM objects_catalogue")
    assert found is not None
    with _State.lock:
        _build(found[0])
        _State.until = 0.0  # a rollback would be noticed at the next request
    # Another thread may meanwhile have looked, and built what stood before the commit.
    transaction.on_commit(_look_again)


def _look_again() -> None:
    _State.until = 0.0


def forget() -> None:
    """Only what is declared in code: between tests."""
    with _State.lock:
        _put({}, {})
        observed.forget()
        for _take_over, forget_them in _State.followers:
            forget_them()
        _State.version, _State.until = None, 0.0


def declared_kind(key: str) -> ObjectType | None:
    """The kind as the code declares it, without what users made of it."""
    return _State.originals.get(key) or object_types.get(key)


def _build(version: int) -> None:
    by_kind: dict[str, list[MadeField]] = defaultdict(list)
    for field in MadeField.objects.filter(retired_at=None).order_by("position", "id"):
        by_kind[field.object_key].append(field)
    terms = {term.key: term for term in Term.objects.all()}
    altered, made = {}, {}
    for key in set(object_types) - _State.made:
        declared = _State.originals.get(key) or object_types[key]
        kind = with_made(declared, _fields_for(declared, by_kind), terms)
        if kind is not declared:
            altered[key] = kind
    for each in MadeKind.objects.filter(retired_at=None).order_by("position", "id"):
        made[each.key] = kind_of_definition(each, by_kind[each.key])
    _put(altered, made)
    observed.take_over()
    for take_over, _forget in _State.followers:
        take_over()
    _State.version = version


def _fields_for(declared: ObjectType, by_kind: dict[str, list[MadeField]]) -> list[MadeField]:
    """A union of kinds has the fields of all of them."""
    found: dict[str, MadeField] = {}
    for key in (declared.key, *declared.parts):
        for field in by_kind.get(key, ()):
            found.setdefault(field.key, field)
    return list(found.values())


def _put(altered: dict[str, ObjectType], made: dict[str, ObjectType]) -> None:
    """In place, because everybody holds this dictionary."""
    for key in set(_State.originals) - set(altered):
        original = _State.originals.pop(key)
        if key in object_types:
            object_types[key] = original
    for key, kind in altered.items():
        _State.originals.setdefault(key, object_types[key])
        object_types[key] = kind
    for key in _State.made - set(made):
        object_types.pop(key, None)
    object_types.update(made)
    _State.made = set(made)
