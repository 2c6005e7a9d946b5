"""Every text of the interface stands in Bosnian and Kazakh too, whole, with the placeholders it has in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.catalogs import LANGUAGES, read_catalog, rooms, template_of

ROOMS = [room for room in rooms() if len(template_of(room))]
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[a-z]|\{[a-z_]*\}|%%|…")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_rooms_texts_are_translated(room: Path, language: str) -> None:
    wanted, present = template_of(room), read_catalog(room, language)
    missing, differing = [], []
    for message in wanted:
        if not message.id:
            continue
        found = present.get(message.id, message.context)
        strings = texts_of(found.string) if found else []
        if not strings or not all(strings):
            missing.append(texts_of(message.id)[0])
            continue
        allowed = [placeholders(each) for each in texts_of(message.id)]
        if any(placeholders(each) not in allowed for each in strings):
            differing.append(texts_of(message.id)[0])
    assert not missing, f"Run `make messages` and translate: {missing[:5]}"
    assert not differing, f"Placeholders differ: {differing[:5]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_all_their_forms(language: str) -> None:
    forms = {"bs": 3, "kk": 2}[language]
    for room in ROOMS:
        for message in read_catalog(room, language):
            if isinstance(message.id, list | tuple) and message.id:
                assert len(texts_of(message.string)) == forms, message.id


def texts_of(string: object) -> list[str]:
    return [str(each) for each in string] if isinstance(string, list | tuple) else [str(string)] if string else []


def placeholders(text: str) -> list[str]:
    return sorted(each for each in PLACEHOLDER.findall(text) if each != "…")
