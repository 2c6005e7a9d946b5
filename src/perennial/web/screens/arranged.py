"""Pages and forms as their layout arranges them: inputs and fields in sections, panels in an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perennial.objects.layouts.spec import Arrangement
from perennial.objects.panels import Panel
from perennial.web.kit.pages import Input


@dataclass(frozen=True, slots=True)
class FormSection:
    """A heading and the inputs below it."""

    label: str
    inputs: list[Input]


def form_sections(inputs: Sequence[Input], arrangement: Arrangement) -> list[FormSection]:
    """What must be filled in, or is wrong, is never left out."""
    by_name = {each.name: each for each in inputs}
    needed = frozenset(name for name, each in by_name.items() if each.is_required or each.error)
    sections = arrangement.of(by_name, needed=needed)
    return [FormSection(each.label, [by_name[key] for key in each.keys]) for each in sections]


def left_out_flags(inputs: Sequence[Input], sections: Sequence[FormSection]) -> list[str]:
    """Boxes that the form does not show: without a word a missing one would mean "not ticked"."""
    shown = {each.name for section in sections for each in section.inputs}
    return [each.name for each in inputs if each.look == "flag" and each.name not in shown]


def arranged_panels(panels: Sequence[Panel], arrangement: Arrangement) -> list[Panel]:
    by_key = {each.key: each for each in panels}
    return [by_key[key] for section in arrangement.of(by_key) for key in section.keys]
