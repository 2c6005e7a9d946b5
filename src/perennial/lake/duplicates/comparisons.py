"""How two values of a kind are compared: the levels of likeness, closest first, as splink wants them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from perennial.lake.duplicates.columns import Column

Level = dict[str, Any]
_NEAR_TEXTS = (0.9, 0.75, 0.6, 0.45, 0.3, 0.15)


def comparisons_of(columns: Sequence[Column]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    texts = [each for each in columns if each.kind in ("text",)]
    for column in columns:
        made.append(_comparison(column.key, [_unknown(column.key), *_LEVELS[column.kind](column), _else()]))
        if column.kind == "text":
            made.append(_numbers(column.key))
    if texts:
        made.append(_comparison("all", [_unknown("all_w"), *_near_texts("all"), _else()]))
    return made


def _comparison(name: str, levels: list[Level]) -> dict[str, Any]:
    return {"output_column_name": name, "comparison_levels": levels}


def _level(condition: str, label: str, **more: Any) -> Level:
    return {"sql_condition": condition, "label_for_charts": label, **more}


def _unknown(key: str) -> Level:
    return _level(f'"{key}_l" IS NULL OR "{key}_r" IS NULL', "unknown", is_null_level=True)


def _else() -> Level:
    return _level("ELSE", "different")


def _same(key: str, *, rare_counts: bool = True) -> Level:
    more = {"tf_adjustment_column": key, "tf_adjustment_weight": 1.0} if rare_counts else {}
    return _level(f'"{key}_l" = "{key}_r"', "same", **more)


def _name(column: Column) -> list[Level]:
    key = column.key
    return [
        _same(key),
        *(_level(f'jaro_winkler_similarity("{key}_l", "{key}_r") >= {least}', "alike") for least in (0.92, 0.85, 0.7)),
    ]


def _text(column: Column) -> list[Level]:
    return [_same(column.key), *_near_texts(column.key)]


def _near_texts(key: str) -> list[Level]:
    return [
        _level(
            f'shared_weight("{key}_w_l", "{key}_w_r") >= {least} * sqrt("{key}_s_l" * "{key}_s_r")', "alike"
        )
        for least in _NEAR_TEXTS
    ]  # fmt: skip


def _numbers(key: str) -> dict[str, Any]:
    """House numbers, models, years: of two texts that are alike they tell which are not the same."""
    one, other = f'"{key}_n_l"', f'"{key}_n_r"'
    return _comparison(
        f"{key}_n",
        [
            _unknown(f"{key}_n"),
            _level(f"{one} = {other}", "same"),
            _level(f"list_has_all({one}, {other}) OR list_has_all({other}, {one})", "alike"),
            _level(f"list_has_any({one}, {other})", "alike"),
            _else(),
        ],
    )


def _code(column: Column) -> list[Level]:
    key = column.key
    return [
        _same(key),
        _level(f'length("{key}_l") >= 3 AND damerau_levenshtein("{key}_l", "{key}_r") <= 1', "alike"),
        _level(f'length("{key}_l") >= 6 AND damerau_levenshtein("{key}_l", "{key}_r") <= 2', "alike"),
    ]


def _day(column: Column) -> list[Level]:
    key = column.key
    swapped = f'left("{key}_r", 5) || right("{key}_r", 2) || \'-\' || substr("{key}_r", 6, 2)'
    return [
        _same(key),
        _level(f'"{key}_l" = {swapped} OR damerau_levenshtein("{key}_l", "{key}_r") <= 1', "alike"),
        _level(f'damerau_levenshtein("{key}_l", "{key}_r") <= 2', "alike"),
        _level(f'left("{key}_l", 4) = left("{key}_r", 4) OR right("{key}_l", 5) = right("{key}_r", 5)', "alike"),
    ]


def _email(column: Column) -> list[Level]:
    key = column.key
    return [
        _same(key),
        _level(f"split_part(\"{key}_l\", '@', 1) = split_part(\"{key}_r\", '@', 1)", "alike"),
        _level(f'jaro_winkler_similarity("{key}_l", "{key}_r") >= 0.92', "alike"),
        _level(f'jaro_winkler_similarity("{key}_l", "{key}_r") >= 0.8', "alike"),
    ]


def _phone(column: Column) -> list[Level]:
    key = column.key
    return [
        _same(key),
        _level(f'right("{key}_l", 7) = right("{key}_r", 7)', "alike"),
        _level(f'damerau_levenshtein("{key}_l", "{key}_r") <= 1', "alike"),
    ]


def _number(column: Column) -> list[Level]:
    one, other = f'TRY_CAST("{column.key}_l" AS DOUBLE)', f'TRY_CAST("{column.key}_r" AS DOUBLE)'
    return [
        _level(f"{one} = {other}", "same"),
        *(
            _level(f"abs({one} - {other}) <= {share} * greatest(abs({one}), abs({other}))", "alike")
            for share in (0.02, 0.1, 0.3)
        ),
    ]


def _choice(column: Column) -> list[Level]:
    return [_same(column.key)]


_LEVELS = {
    "name": _name, "text": _text, "code": _code, "day": _day, "email": _email, "phone": _phone, "number": _number,
    "choice": _choice, "link": _name,
}  # fmt: skip
