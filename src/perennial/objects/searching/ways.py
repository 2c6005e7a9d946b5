"""The ways of finding, as branches of one statement: each yields kind, id, rank and when it was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perennial.conditions.resolver import Sql
from perennial.foundation.text import fold, whole_number
from perennial.objects.fields.ref import LARGEST_ID
from perennial.objects.frequencies import expected_rows
from perennial.objects.matching import Words, all_of, any_of, between, has_all, plain, readings
from perennial.objects.searching.misspelt import Guess, guesses, is_guessed
from perennial.objects.searching.tables import Member, Shelf

CANDIDATES = 200  # of each table, that are ranked among themselves: each lies on a page of its own
COMMON = 4_000  # rows from which the trigrams are asked only when the newest rows do not answer
_NEWEST = 4_000  # rows that are looked at one by one
_WANTED = 60  # hits for which so many of the newest are looked at as are likely to have them
_GUESSED = 2_000  # rows that are compared letter by letter
NEAR = 9  # the rank of what is misspelt


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody types. `start` is all of it, folded; `opened` are the ids opened lately, by table."""

    text: str
    start: str
    readings: list[Words]
    user_id: int | None
    opened: dict[str, list[int]]

    @property
    def is_short(self) -> bool:
        return all(len(word) < 3 for word in self.readings[0])


def sought(text: str, *, user_id: int | None, opened: dict[str, list[int]]) -> Sought | None:
    found = readings(text)
    return Sought(text, " ".join(fold(text[:100]).split()), found, user_id, opened) if found else None


def quick_ways(shelf: Shelf, what: Sought, *, limit: int) -> list[Sql]:
    """Rows at hand: by number, opened lately, names that begin so, the newest; and all where they will be few."""
    ways = [*_by_number(shelf, what), *_opened(shelf, what)]
    if what.text.startswith("#"):
        return ways
    ways += [_beginning(shelf, each, what, limit) for each in shelf.members if each.has_order]
    if what.is_short:
        return [*ways, *_newest(shelf, what, 1.0)]
    share = _expected(shelf, what)
    return [*ways, *(_newest(shelf, what, share) if share > COMMON else [_anywhere(shelf, what)])]


def late_ways(shelf: Shelf, what: Sought) -> list[Sql]:
    """What takes longer, for when the quick ways find less than is asked for."""
    is_late = not what.is_short and not what.text.startswith("#") and _expected(shelf, what) > COMMON
    return [_anywhere(shelf, what)] if is_late else []


def near_ways(shelf: Shelf, what: Sought) -> list[Sql]:
    """What has a letter wrong."""
    words = what.readings[0]
    guessed = [(word, guess) for word in words if (guess := guesses(word)) is not None]
    if not guessed or what.text.startswith("#"):
        return []
    exact = tuple(word for word in words if guesses(word) is None)
    return [_misspelt(shelf, what, exact, [guess for _word, guess in guessed])]


def _expected(shelf: Shelf, what: Sought) -> float:
    if not shelf.sees_all:
        return 0.0  # the newest rows of all are not those that this actor sees
    return max(expected_rows(words, table=shelf.table) for words in what.readings)


def _by_number(shelf: Shelf, what: Sought) -> list[Sql]:
    number = whole_number(what.text.strip().removeprefix("#"))
    if number is None or not 0 < number <= LARGEST_ID:
        return []
    return [_branch(shelf, what, shelf.seen(lambda _each: Sql(f"{shelf.alias}.id = %s", (number,))), rank="1")]


def _opened(shelf: Shelf, what: Sought) -> list[Sql]:
    ids = what.opened.get(shelf.table)
    if not ids:
        return []
    seen = shelf.seen(lambda each: _has(each, what))
    where = Sql(f"{shelf.alias}.id = ANY(%s::bigint[]) AND {seen.text}", (ids, *seen.params))
    return [_branch(shelf, what, where, rank="0")]


def _beginning(shelf: Shelf, member: Member, what: Sought, limit: int) -> Sql:
    start = between(what.start, shelf.alias)
    where = Sql(f"{start.text} AND ({member.alive.text})", (*start.params, *member.alive.params))
    return _branch(shelf, what, where, tail=f" ORDER BY {shelf.alias}.sort_key LIMIT {limit}", number=member.number)


def _newest(shelf: Shelf, what: Sought, expected: float) -> list[Sql]:
    """Of the newest rows those that have it: of rows added last, which lie together on the disk."""
    if not shelf.sees_all:
        return []
    rows = _NEWEST if not what.is_short else _NEWEST // 8
    source = f'(SELECT * FROM "{shelf.table}" WHERE deleted_at IS NULL ORDER BY id DESC LIMIT {rows})'
    where = shelf.seen(lambda each: _has(each, what))
    return [_branch(shelf, what, where, source=source, tail=f" LIMIT {CANDIDATES}")]


def _anywhere(shelf: Shelf, what: Sought) -> Sql:
    found = any_of([all_of(words, shelf.alias, table=shelf.table) for words in what.readings])
    seen = shelf.seen(lambda each: Sql("TRUE") if each.also is None else _has(each, what))
    where = Sql(f"{found.text} AND {seen.text}", (*found.params, *seen.params))
    return _branch(shelf, what, where, tail=f" LIMIT {CANDIDATES}")


def _misspelt(shelf: Shelf, what: Sought, exact: Words, guessed: Sequence[Guess]) -> Sql:
    """Rows that share a half with each misspelt word are few enough to be compared letter by letter."""
    found = is_guessed(exact, guessed, shelf.alias, table=shelf.table,
                       has_order=any(each.has_order for each in shelf.members))  # fmt: skip
    theirs = Sql("deleted_at IS NULL")
    if not shelf.sees_all and not shelf.members[0].tables.joins:
        theirs = shelf.seen(lambda _each: Sql("TRUE"))  # or others' rows would fill the few that are compared
    source = (
        f'(SELECT * FROM "{shelf.table}" {shelf.alias} WHERE {found.text} AND {theirs.text} LIMIT {_GUESSED})'
    )  # fmt: skip
    seen = shelf.seen(lambda each: _is_near(each, exact, guessed))
    return _branch(
        shelf, what, seen, source=source, before=(*found.params, *theirs.params), rank=str(NEAR),
        tail=f" LIMIT {CANDIDATES}",
    )  # fmt: skip


def _is_near(member: Member, exact: Words, guessed: Sequence[Guess]) -> Sql:
    """Whether every misspelt word is there, in what the actor may read: of whoever may not read all, in the name."""
    alias = member.tables.alias
    text = f"{alias}.folded" if member.also is None else f"{alias}.sort_key"
    tests = [Sql(f"{text} ~ %s", (guess.pattern,)) for guess in guessed]
    if member.also is not None and exact:
        tests.append(has_all(exact, alias, also=member.also))
    return Sql(" AND ".join(test.text for test in tests), tuple(param for test in tests for param in test.params))


def _has(member: Member, what: Sought) -> Sql:
    """Whether a row has the text in what the actor may read of it; of one or two letters, at the start of a word."""
    alias = member.tables.alias
    if not what.is_short:
        return any_of([has_all(words, alias, also=member.also) for words in what.readings])
    text = "folded" if member.also is None else "sort_key"
    return Sql(f"(' ' || {alias}.{text}) LIKE %s", (f"% {plain(what.start)}%",))


def _branch(
    shelf: Shelf,
    what: Sought,
    where: Sql,
    *,
    rank: str = "",
    source: str = "",
    before: tuple[object, ...] = (),
    tail: str = "",
    number: int | None = None,
) -> Sql:
    """`before` are the parameters of `source`."""
    kind = shelf.number() if number is None else Sql(str(number))
    ranked = Sql(rank) if rank else _rank(shelf, what)
    tables = shelf.source(source)
    alias = shelf.alias
    return Sql(
        f"SELECT {kind.text} AS kind, {alias}.id AS id, {ranked.text} AS rank, {alias}.updated_at AS at"
        f" FROM {tables.text} WHERE {where.text}{tail}",
        (*kind.params, *ranked.params, *before, *tables.params, *where.params),
    )


def _rank(shelf: Shelf, what: Sought) -> Sql:
    """Opened lately, called exactly so, beginning so, with a word that begins so, any; one's own first."""
    alias, start = shelf.alias, what.start
    begins = between(start, alias)
    cases = [
        (f"{alias}.sort_key = %s", (start,), "1"),
        (begins.text, begins.params, "2"),
        (f"(' ' || {alias}.folded) LIKE %s", (f"% {plain(start)}%",), "4"),
    ]
    ids = what.opened.get(shelf.table)
    if ids:
        cases.insert(0, (f"{alias}.id = ANY(%s::bigint[])", (ids,), "0"))
    others = f"CASE WHEN {alias}.owner_id = {int(what.user_id or 0)} THEN 0 ELSE 1 END" if shelf.is_owned else "1"
    text = " ".join(
        f"WHEN {test} THEN {place}{f' + {others}' if place in '24' else ''}" for test, _params, place in cases
    )
    params = tuple(param for _test, params, _place in cases for param in params)
    return Sql(f"CASE {text} ELSE 6 + {others} END", params)
