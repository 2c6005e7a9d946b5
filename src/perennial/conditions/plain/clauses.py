"""One clause: about a field, an event, related records, a segment or a change, each by any of its names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from perennial.conditions.clauses.happening import PropertySchema
from perennial.conditions.errors import ConditionTextError
from perennial.conditions.nearest import nearest
from perennial.conditions.nodes import ONCE, TRUE, Bound, Condition, How, Op, every
from perennial.conditions.plain.counting import read_span, read_times
from perennial.conditions.plain.lexing import spelled
from perennial.conditions.plain.names import Name, Sort
from perennial.conditions.plain.operators import read_test
from perennial.conditions.plain.place import Place
from perennial.conditions.plain.values import read_value
from perennial.conditions.schema import EventInfo, FieldInfo, RelationInfo, Schema, measured_info
from perennial.conditions.tree import Changed, Compare, Dates, Did, Earlier, Has, InSegment, Measure, Tally
from perennial.conditions.windows import Span, Unit, Window
from perennial.conditions.words import RESERVED, key_text

_ESCAPED = re.compile(r"\\(.)")
_NOUNS = (Sort.RELATION, Sort.EVENT)
_FIELDS = (Sort.FIELD, Sort.FACT)
_IN_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
Inside = Callable[[Place, Schema], Condition]


@dataclass(frozen=True, slots=True)
class Tail:
    """What stands after a noun."""

    times: Bound | None = None
    span: Span | None = None
    where: Condition = TRUE


def read_clause(place: Place, schema: Schema, inside: Inside) -> Condition:
    """`inside` reads a whole condition, for `where`."""
    is_about_kind = not isinstance(schema, PropertySchema)
    names = [name for name in _here(place, schema)[1] if not name.is_key]
    if not names and is_about_kind:
        found = _by_word(place, schema, inside)
        if found is not None:
            return found
    return _one_of(place, schema, (*_FIELDS, Sort.FILTER, *_NOUNS), lambda name: _about(place, schema, name, inside))


def _by_word(place: Place, schema: Schema, inside: Inside) -> Condition | None:
    """The clauses that begin with a word of the language."""
    how = place.took_one([((each.value, "("), each) for each in How])
    if how is not None:
        return _made_of(place, schema, how, inside)
    if place.took("in", "segment") or place.took("is", "in", "segment"):
        return InSegment(_segment(place, schema))
    if place.took("changed"):
        return _one_of(place, schema, _FIELDS, lambda name: _changed(place, name))
    times = read_times(place, before_noun=True)
    if times is None and (place.took("did", "not") or place.took("has", "no")):
        times = Bound(at_most=0)
    elif times is None and not (place.took("did") or place.took("has")):
        return None
    return _one_of(place, schema, _NOUNS, lambda name: _counted(place, name, times, inside))


def _here(place: Place, schema: Schema) -> tuple[int, list[Name]]:
    """What is named here: by any of its names, or by a key that the schema knows and does not list."""
    names = place.names(schema)
    for _words, name in names.all():
        if not name.is_key:
            place.wish(name.sort.value, _typed(name), name.label)
    length, found = names.at(place.tokens, place.at)
    token = place.next()
    if found or token is None or token.kind not in ("word", "key"):
        return length, found
    key = _ESCAPED.sub(r"\1", token.text[1:-1]) if token.kind == "key" else token.text
    return 1, [name for name in _by_key(key, schema) if name.info is not None]


def _by_key(key: str, schema: Schema) -> list[Name]:
    if not 0 < len(key) <= 200 or "\x00" in key:
        return []
    return [
        Name(Sort.FIELD, key, key, schema.field(key), is_key=True),
        Name(Sort.EVENT, key, key, schema.event(key), is_key=True),
        Name(Sort.RELATION, key, key, schema.relation(key), is_key=True),
    ]


def _one_of(place: Place, schema: Schema, sorts: tuple[Sort, ...], read: Callable[[Name], Condition]) -> Condition:
    """The one thing that the name can mean here, by what follows it; refused when there are several, or none."""
    length, found = _here(place, schema)
    names = [name for name in found if name.sort in sorts]
    if not names:
        _refuse_unknown(place, schema, sorts)
    start = place.at
    readings: list[tuple[int, Name, Condition]] = []
    wrong: ConditionTextError | None = None
    for name in names:
        place.at = start + length
        try:
            clause = read(name)
        except ConditionTextError as error:  # the one that came furthest says most
            wrong = error if wrong is None or (error.line, error.column) > (wrong.line, wrong.column) else wrong
        else:
            readings.append((place.at, name, clause))
    if not readings:
        raise wrong or place.fault(_("nothing can be asked of this"))
    furthest = max(end for end, _name, _clause in readings)
    readings = [each for each in readings if each[0] == furthest]
    if len(readings) > 1:
        place.at = start
        choices = ", ".join(_exactly(name) for _end, name, _clause in readings)
        raise place.fault(str(_("this may mean several things; write one of: %(choices)s")) % {"choices": choices})
    place.at = furthest
    return readings[0][2]


def _refuse_unknown(place: Place, schema: Schema, sorts: tuple[Sort, ...]) -> None:
    token = place.next()
    if token is None:
        raise place.fault(_("a field, an event, related records or a segment"))
    known = [(_typed(name), name.label) for _words, name in place.names(schema).all() if name.sort in sorts]
    near = nearest(token.text.strip("`"), known)
    if near:
        raise place.fault(str(_("nothing is called so here; the nearest: %(names)s")) % {"names": ", ".join(near)})
    raise place.fault(_("nothing is called so here"))


def _about(place: Place, schema: Schema, name: Name, inside: Inside) -> Condition:
    if name.sort is Sort.FILTER and name.meant is not None:
        return name.meant
    if isinstance(name.info, FieldInfo):
        return Compare(name.key, *read_test(place, name.info))
    return _counted(place, name, None, inside)


def _tail(place: Place, name: Name, inside: Inside) -> Tail:
    """How often, when and where, in any order, each once."""
    tail = Tail()
    while True:
        if tail.times is None and (times := read_times(place)) is not None:
            tail = replace(tail, times=times)
        elif tail.span is None and (span := read_span(place)) is not None:
            tail = replace(tail, span=span)
        elif tail.where == TRUE and place.took("where"):
            place.need_mark("(")
            tail = replace(tail, where=inside(place, _schema_of(name)))
            place.need_mark(")")
        else:
            return tail


def _schema_of(name: Name) -> Schema:
    return PropertySchema(name.info) if isinstance(name.info, EventInfo) else _relation(name).schema


def _relation(name: Name) -> RelationInfo:
    assert isinstance(name.info, RelationInfo)
    return name.info


def _counted(place: Place, name: Name, times: Bound | None, inside: Inside) -> Condition:
    tail = _tail(place, name, inside)
    if times is not None and tail.times is not None:
        raise place.fault(_("how often is said twice"))
    often = times or tail.times or ONCE
    if isinstance(name.info, EventInfo):
        return Did(name.key, often, tail.span, tail.where)
    return Has(name.key, often, _those(place, name, tail))


def _those(place: Place, name: Name, tail: Tail) -> Condition:
    """Which related records: by their adjective, their time and what stands in `where`."""
    parts = [part for part in (name.meant, tail.where) if part is not None and part != TRUE]
    if tail.span is not None:
        parts.insert(0, _since(place, _relation(name), tail.span))
    return every(*parts) if parts else TRUE


def _since(place: Place, relation: RelationInfo, span: Span) -> Condition:
    if not relation.since:
        raise place.fault(_("these records have no time; write “where (…)”"), place.at - 1)
    match span:
        case Window(count, unit) if unit in _IN_DAYS:
            return Compare(relation.since, Op.WITHIN_DAYS, count * _IN_DAYS[unit])
        case Earlier(count, unit) if unit in _IN_DAYS:
            return Compare(relation.since, Op.OLDER_THAN_DAYS, count * _IN_DAYS[unit])
        case Dates(first, None) if first is not None:
            return Compare(relation.since, Op.GE, first)
        case Dates(None, last) if last is not None:
            return Compare(relation.since, Op.LE, last)
        case Dates(first, last) if first is not None and last is not None:
            return Compare(relation.since, Op.BETWEEN, (first, last))
    raise place.fault(_("related records are looked for in days, weeks or between two days"), place.at - 1)


def _made_of(place: Place, schema: Schema, how: How, inside: Inside) -> Condition:
    """`sum(total of orders in last 90 days) >= 500`: the field is looked up when it is known of what it is."""
    start = place.at
    for name in _nouns(place, schema):
        for field in _schema_of(name).fields():
            place.wish("field", _typed(Name(Sort.FIELD, field.key, str(field.label))), str(field.label))
    while (token := place.next()) is not None and token.folded not in ("of", "(", ")"):
        place.at += 1
    if place.at == start or not place.took("of"):
        raise place.fault(_("“of” is missing, as in “sum(total of orders)”"))
    end = place.at - 1
    place.took("related")

    def read(name: Name) -> Condition:
        field = _field_between(place, name, start, end)
        tail = _tail(place, name, inside)
        place.need_mark(")")
        if tail.times is not None:
            raise place.fault(_("one value is made of all of them, however many"))
        test = read_test(place, measured_info(how, field))
        if isinstance(name.info, EventInfo):
            return Measure(name.key, field.key, how, *test, tail.span, tail.where)
        return Tally(name.key, field.key, how, *test, _those(place, name, tail))

    return _one_of(place, schema, _NOUNS, read)


def _nouns(place: Place, schema: Schema) -> list[Name]:
    """Those that a value can be made of; only asked for where the text ends."""
    if place.at < len(place.tokens):
        return []
    return [name for _words, name in place.names(schema).all() if name.sort in _NOUNS and name.is_key]


def _field_between(place: Place, name: Name, start: int, end: int) -> FieldInfo:
    here, place.at = place.at, start
    length, found = _here(place, _schema_of(name))
    infos = [each.info for each in found if isinstance(each.info, FieldInfo)]
    if start + length != end or len(infos) != 1:
        _refuse_unknown(place, _schema_of(name), _FIELDS)
    place.at = here
    return infos[0]


def _segment(place: Place, schema: Schema) -> str:
    known = list(schema.segments())
    for key, label in known:
        place.wish("segment", key_text(key), str(label))
    token = place.next()
    if token is None:
        raise place.fault(_("the name of a segment"))
    phrases = [(words, key) for key, label in known for words in (spelled(key), spelled(str(label))) if words]
    found = place.took_one(phrases, "")
    if found is not None:
        return found
    key = _ESCAPED.sub(r"\1", token.text[1:-1]) if token.kind in ("key", "string") else token.text
    if token.kind != "mark" and 0 < len(key) <= 200 and "\x00" not in key and schema.segment(key) is not None:
        place.at += 1
        return key
    near = nearest(key, known) or [key for key, _label in known[:5]]
    raise place.fault(str(_("there is no such segment; the nearest: %(names)s")) % {"names": ", ".join(near) or "–"})


def _changed(place: Place, name: Name) -> Condition:
    assert isinstance(name.info, FieldInfo)
    old = read_value(place, name.info) if place.took("from") else None
    new = read_value(place, name.info) if place.took("to") else None
    return Changed(name.key, new, old, read_span(place))


def _typed(name: Name) -> str:
    """How somebody would type it."""
    first = name.label.partition(" ")[0].casefold()
    is_plain = first.replace("-", "").isalnum() and first not in RESERVED and '"' not in name.label
    return name.label.lower() if is_plain else key_text(name.key)


def _exactly(name: Name) -> str:
    match name.sort:
        case Sort.RELATION if name.meant is None:
            return f"has {key_text(name.key)}"
        case Sort.EVENT:
            return f"did {key_text(name.key)}"
        case Sort.FIELD | Sort.FACT:
            return key_text(name.key)
    return name.label
