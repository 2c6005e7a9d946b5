"""What the compiled SQL looks like where its shape matters."""

from __future__ import annotations

from perennial.conditions.postgres import compile_condition
from perennial.conditions.resolver import Column, Me
from perennial.conditions.schema import ColumnType
from perennial.conditions.tests.world import NOW
from perennial.conditions.text import parse
from perennial.conditions.tree import FALSE, TRUE, Compare, Op


class Named:
    def column(self, field: str) -> Column:
        type = ColumnType.MEMBER if field == "owner" else ColumnType.TEXT
        return Column(f"c.{field}", (), type, grams="c.grams" if field == "name" else "")


def test_what_users_typed_is_only_in_the_parameters():
    text, params = compile_condition(parse('country = "\'; DROP"'), Named(), as_of=NOW)
    assert (text, params) == ("c.country = %s::text", ("'; DROP",))


def test_everything_and_nothing():
    assert compile_condition(TRUE, Named(), as_of=NOW).text == "TRUE"
    assert compile_condition(FALSE, Named(), as_of=NOW).text == "FALSE"


def test_me_without_a_user_matches_nothing():
    mine = Compare("owner", Op.ME)
    assert compile_condition(mine, Named(), as_of=NOW, me=None).text == "FALSE"
    assert compile_condition(mine, Named(), as_of=NOW, me=Me(None)).text == "FALSE"
    assert compile_condition(mine, Named(), as_of=NOW, me=Me(7)) == ("c.owner = %s::bigint", (7,))


def test_parts_of_a_name_go_through_its_trigrams():
    long, short = parse('name contains "Алматы"'), parse('name contains "Ал"')
    assert compile_condition(long, Named(), as_of=NOW).text.startswith("c.grams @> %s::int[] AND strpos(")
    assert "grams" not in compile_condition(short, Named(), as_of=NOW).text
