"""Cells of a spreadsheet as the database writes them: the XML of one cell for each type, as SQL over a value.

Text stays text, which no spreadsheet takes for a formula; a number with more digits than a spreadsheet's holds, and a
day before those that all of them count alike, are text too, so that nothing changes on its way.
"""

from __future__ import annotations

from perennial.objects.exporting.typed import CellType

_LONGEST = 32_767  # characters of a cell
_EXACT = 15  # digits that a spreadsheet's number holds
_FIRST = "1900-03-01"  # days before are counted differently by every spreadsheet
_ZERO = "1899-12-30"
# XML has no name for these; the format has: "_x0007_", and for what already looks like that.
_CONTROLS = [*range(0x01, 0x09), *range(0x0B, 0x20), 0xFFFE, 0xFFFF]
_RARE = r"[&<>\u0001-\u0008\u000b-\u001f\ufffe\uffff]|_x"  # most texts are asked this and nothing more


def cell_xml(value: str, type: CellType, *, style: int, zone: str) -> str:
    """The SQL of a cell; `style` is that of its column."""
    return f"CASE WHEN {value} IS NULL THEN '<c/>' ELSE {_filled(value, type, style, zone)} END"


def _filled(value: str, type: CellType, style: int, zone: str) -> str:
    match type:
        case "flag":
            return f"CASE WHEN {value} THEN '<c t=\"b\"><v>1</v></c>' ELSE '<c t=\"b\"><v>0</v></c>' END"
        case "whole":
            return f"CASE WHEN abs({value}) < 1e{_EXACT} THEN {_number(value)} ELSE {_text(f'({value})::text')} END"
        case "number":
            number = f"trim_scale(({value})::numeric)::text"
            digits = f"ltrim(translate({number}, '-.', ''), '0')"
            return (
                f"CASE WHEN length({digits}) <= {_EXACT} AND {number} !~ '[a-zA-Z]' THEN {_number(number)}"
                f" ELSE {_text(number)} END"
            )
        case "moment":
            local = f"({value} AT TIME ZONE '{zone.replace(chr(39), chr(39) * 2)}')"
            number = f"(extract(epoch FROM {local} - timestamp '{_ZERO}') / 86400)::float8"
            return _since(local, number, f"({value})::text", style)
        case "day":
            return _since(value, f"({value} - date '{_ZERO}')", f"({value})::text", style)
        case "texts":
            return _text(f"array_to_string({value}, '; ')")
        case "text":
            return _text(value)


def _since(day: str, number: str, text: str, style: int) -> str:
    is_counted = f"{day} >= date '{_FIRST}' AND {day} < date '10000-01-01'"
    return f"CASE WHEN {is_counted} THEN '<c s=\"{style}\"><v>' || {number} || '</v></c>' ELSE {_text(text)} END"


def _number(value: str) -> str:
    return f"'<c><v>' || {value} || '</v></c>'"


def _text(value: str) -> str:
    cut = f"CASE WHEN length({value}) > {_LONGEST} THEN left({value}, {_LONGEST - 1}) || '…' ELSE {value} END"
    named = f"regexp_replace({cut}, '_(?=x[0-9A-Fa-f]{{4}}_)', '_x005F_', 'g')"
    for code in _CONTROLS:
        named = f"replace({named}, chr({code}), '_x{code:04X}_')"
    is_plain = f"octet_length({value}) <= {_LONGEST} AND {value} !~ '{_RARE}'"
    written = f"CASE WHEN {is_plain} THEN {value} ELSE {_escaped(named)} END"
    return f"'<c t=\"inlineStr\"><is><t xml:space=\"preserve\">' || {written} || '</t></is></c>'"


def _escaped(text: str) -> str:
    return f"replace(replace(replace({text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
