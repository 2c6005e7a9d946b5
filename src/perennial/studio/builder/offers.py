"""What a clause can be about: one list of fields, facts, related records, events, segments and changes, searched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from perennial.conditions.schema import Schema
from perennial.foundation.errors import Text
from perennial.foundation.text import fold
from perennial.objects.fields import RefType
from perennial.objects.observed.types import event_type
from perennial.objects.record_fields import FACT, fact_of
from perennial.objects.schema import KindSchema
from perennial.objects.types import object_types
from perennial.rules.known import known
from perennial.studio.builder.asking import fields_of, type_of
from perennial.studio.builder.events import events_for
from perennial.workspace.actor import Actor

AT_FIRST, MOST = 7, 60  # of each sort before something is typed; in all afterwards


@dataclass(frozen=True, slots=True)
class Offer:
    """`value` is what a button adds; `detail` says where it belongs, or what it means; `also` is searched too."""

    value: str
    label: str
    icon: str
    detail: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True)
class Sort:
    label: str
    offers: tuple[Offer, ...]
    more: int = 0


def offers(schema: Schema, typed: str, *, by: Actor) -> list[Sort]:
    """By sort, those that match every word typed, by label, key or what they mean; what is named so comes first."""
    words = fold(typed[:100]).split()
    found = []
    room = MOST
    for label, all_of_it in _sorts(schema, by, with_related=bool(words)):
        fitting = [each for each in all_of_it if _fits(each, words)]
        fitting.sort(key=lambda each: not _is_named(each, words))
        shown = fitting[: min(room, MOST if words else AT_FIRST)]
        room -= len(shown)
        if shown:
            found.append(Sort(label, tuple(shown), len(fitting) - len(shown)))
    return sorted(found, key=lambda each: bool(words) and not _is_named(each.offers[0], words))


def segments_for(schema: Schema, by: Actor) -> list[tuple[str, str]]:
    """Those that records of the kind may be members of, by name."""
    named = ((each.key, schema.segment(each.key)) for each in list(known.values()))
    return sorted(((key, str(name)) for key, name in named if name is not None), key=lambda each: each[1].casefold())


def _sorts(schema: Schema, by: Actor, *, with_related: bool) -> Iterator[tuple[str, Iterator[Offer]]]:
    infos = list(fields_of(schema))
    is_kind = isinstance(schema, KindSchema)
    own = (Offer(f"field:{each.key}", str(each.label), "adjustments-horizontal") for each in infos
           if not each.key.startswith(FACT))  # fmt: skip
    yield (_("Fields") if is_kind else _("What is known of it")), own
    if not isinstance(schema, KindSchema):
        return
    yield _("What happened"), _events(schema)
    yield _("Facts"), (_fact(schema, each.key, str(each.label)) for each in infos if each.key.startswith(FACT))
    yield (
        _("Related records"),
        (
            Offer(f"relation:{each.key}", str(each.label), "link", _("how many, which ones"))
            for each in schema.relations()
        ),
    )
    yield (
        _("Segments"),
        (
            Offer(f"segment:{key}", name, "users-group", _("is or is not in it"))
            for key, name in segments_for(schema, by)
        ),
    )
    yield _("What changed"), (
        Offer(f"changed:{each.key}", str(each.label), "history", _("changed")) for each in infos
        if schema.change(each.key) is not None
    )  # fmt: skip
    if with_related:
        yield _("Fields of what it refers to"), _dotted(schema)


def _events(schema: KindSchema) -> Iterator[Offer]:
    for each in events_for(schema):
        yield Offer(f"event:{each.key}", str(each.label), "bolt", also=str(_sentence_of(each.key)))


def _sentence_of(event: str) -> Text:
    declared = event_type(event)
    return declared.sentence if declared is not None else ""


def _fact(schema: KindSchema, key: str, label: str) -> Offer:
    """Found by what it means too: "rhythm" finds the ratio that is made of it."""
    fact = fact_of(schema.kind, key)
    meaning = str(fact.definition) if fact is not None else ""
    return Offer(f"field:{key}", label, "math-function", meaning, also=str(fact.sentence) if fact is not None else "")


def _dotted(schema: KindSchema) -> Iterator[Offer]:
    for each in schema.fields():
        type = type_of(schema, each.key)
        target = object_types.get(type.object_key) if isinstance(type, RefType) else None
        if target is None or each.key.startswith(FACT):
            continue
        for inner in KindSchema(target, schema.by).fields():
            info = schema.field(f"{each.key}.{inner.key}")
            if info is not None:
                yield Offer(f"field:{info.key}", str(info.label), "adjustments-horizontal")


def _is_named(offer: Offer, words: list[str]) -> bool:
    text = fold(offer.label)
    return all(word in text for word in words)


def _fits(offer: Offer, words: list[str]) -> bool:
    text = fold(f"{offer.label} {offer.value} {offer.detail} {offer.also}")
    return all(word in text for word in words)
