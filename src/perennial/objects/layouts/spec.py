"""What a layout says, and how it is read against what there is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORM, DETAILS, PANELS = "form", "details", "panels"
PARTS = (FORM, DETAILS, PANELS)
MOST_SECTIONS = 30
LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class Section:
    """A heading ("" for none) and what stands below it, by key."""

    label: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One part of a layout."""

    sections: tuple[Section, ...] = ()
    left_out: frozenset[str] = frozenset()

    def of(self, keys: Iterable[str], *, needed: frozenset[str] = frozenset()) -> list[Section]:
        """What is there now, arranged: what the layout does not know, and what is needed but left out, comes last."""
        there = list(dict.fromkeys(keys))
        placed = [Section(each.label, tuple(key for key in each.keys if key in there)) for each in self.sections]
        known = {key for each in placed for key in each.keys}
        rest = tuple(key for key in there if key not in known and (key not in self.left_out or key in needed))
        if not placed:
            return [Section("", rest)] if rest else []
        placed[-1] = Section(placed[-1].label, (*placed[-1].keys, *rest))
        return [each for each in placed if each.keys]

    def to_json(self) -> dict[str, Any]:
        return {
            "sections": [{"label": each.label, "keys": list(each.keys)} for each in self.sections],
            "left_out": sorted(self.left_out),
        }


def arrangement_of(said: Any) -> Arrangement:
    """From JSON, whatever it holds."""
    if not isinstance(said, Mapping):
        return Arrangement()
    sections = [
        Section(str(each.get("label", ""))[:LONGEST_LABEL], _texts(each.get("keys")))
        for each in said.get("sections", ())
        if isinstance(each, Mapping)
    ]
    return Arrangement(tuple(sections[:MOST_SECTIONS]), frozenset(_texts(said.get("left_out"))))


def arranged(rows: Sequence[tuple[str, str]]) -> Arrangement:
    """From the rows of an editor, in their order: ("section", label), ("key", key), and ("rest", "") below which
    everything is left out."""
    sections: list[tuple[str, list[str]]] = [("", [])]
    left_out: set[str] = set()
    is_rest = False
    for what, text in rows[:2000]:
        if what == "rest":
            is_rest = True
        elif what == "section" and not is_rest:
            sections.append((" ".join(text.split())[:LONGEST_LABEL], []))
        elif what == "key" and is_rest:
            left_out.add(text[:120])
        elif what == "key":
            sections[-1][1].append(text[:120])
    kept = [Section(label, tuple(dict.fromkeys(keys))) for label, keys in sections if label or keys]
    return Arrangement(tuple(kept[:MOST_SECTIONS]), frozenset(left_out))


def _texts(said: Any) -> tuple[str, ...]:
    return tuple(str(each)[:120] for each in said[:500]) if isinstance(said, list) else ()
