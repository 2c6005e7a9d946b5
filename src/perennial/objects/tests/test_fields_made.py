"""The types of field that users choose from besides the plain ones."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perennial.objects import fields
from perennial.objects.fields import FileLink, Link
from perennial.objects.fields.rich_text import plain_text, sanitised

RICH = fields.RichTextType()


@pytest.mark.parametrize("hostile", [
    "<script>alert(1)</script>hello", "<p onclick=alert(1)>hello</p>", '<a href="javascript:alert(1)">hello</a>',
    "<img src=x onerror=alert(1)>hello", "<svg/onload=alert(1)>hello", "<style>*{}</style>hello",
    '<a href="data:text/html,x">hello</a>', "<iframe src=//x></iframe>hello", "<p style=color:red>hello</p>",
    "<!--<img src=x>-->hello", "hello<math><mtext></p><style><img src onerror=alert(1)></style>",
    "<form action=//x><input name=a></form>hello", '<a href="jav&#x09;ascript:alert(1)">hello</a>',
])  # fmt: skip
def test_nothing_in_rich_text_can_act(hostile: str) -> None:
    cleaned = RICH.clean(hostile) or ""
    assert plain_text(cleaned) == "hello"
    for bad in ("script", "onerror", "onload", "onclick", "style", "iframe", "<form", "<img", "data:"):
        assert bad not in cleaned.lower()
    assert sanitised(cleaned) == cleaned


def test_rich_text_keeps_what_a_note_needs_and_the_lines_of_plain_text() -> None:
    note = '<h2>Plan</h2><ul><li><strong>Call</strong></li></ul><p>See <a href="https://example.com">it</a></p>'
    assert "<strong>Call</strong>" in (RICH.clean(note) or "")
    assert 'rel="noopener noreferrer nofollow"' in (RICH.clean(note) or "")
    assert RICH.clean("a < b\nand more\n\nsecond") == "<p>a &lt; b<br>and more</p><p>second</p>"
    assert RICH.clean("<p> <br></p>") is None
    assert plain_text("<p>a &lt; b<br>and</p><p>more</p>") == "a < b and more"


@given(st.text(alphabet=st.sampled_from("<>/!-&#;=\"'apbrsctlioh \n\x01x0123"), max_size=60))
def test_rich_text_once_clean_stays_as_it_is(text: str) -> None:
    try:
        cleaned = RICH.clean(text)
    except ValueError:
        return
    assert RICH.clean(cleaned) == cleaned


@pytest.mark.parametrize(("said", "kept"), [
    ("9:30", "09:30"), ("09.30", "09:30"), ("9:30 PM", "21:30"), ("12 am", "00:00"), ("12:15 p.m.", "12:15"),
    ("23:59:59", "23:59"), (time(7, 5), "07:05"), ("14h30", "14:30"), ("", None), (None, None),
])  # fmt: skip
def test_times_of_day_are_read_as_people_write_them(said: object, kept: str | None) -> None:
    assert fields.TimeType().clean(said) == kept


@pytest.mark.parametrize("wrong", ["24:00", "9", "13 pm", "0 am", "9:60", "930", "soon", 9, "٩:٣٠"])
def test_what_is_no_time_of_day_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="14:30"):
        fields.TimeType().clean(wrong)


def test_a_percentage_is_kept_as_it_is_said() -> None:
    percent = fields.PercentType()
    assert percent.clean("23 %") == percent.clean("23,0%") == percent.clean(23) == Decimal(23)
    assert percent.clean("-0.125") == Decimal("-0.13")


def test_several_choices_are_kept_once_each_in_their_order() -> None:
    sails = fields.ChoicesType((("main", "Main, large"), ("jib", "Jib"), ("spi", "Spinnaker")))
    assert sails.clean(["spi", "Jib", "spi"]) == ["jib", "spi"]
    assert sails.clean("Spinnaker; Main, large") == ["main", "spi"]
    assert sails.clean("jib, spinnaker") == ["jib", "spi"]
    assert sails.clean("") is sails.clean([]) is sails.clean([None, ""]) is None
    with pytest.raises(ValueError, match="must be one of"):
        sails.clean(["jib", "kite"])
    with pytest.raises(ValueError, match="more choices"):
        sails.clean(["jib"] * 1000)


def test_several_records_are_named_by_their_ids_each_once() -> None:
    crew = fields.RefsType("tests.garden", most=3)
    assert crew.clean([3, {"id": 1, "title": "Ada"}, "3"]) == [3, 1]
    assert crew.clean("3, 1;2") == [3, 1, 2]
    assert crew.clean(7) == [7]
    assert crew.json([Link("tests.garden", 3, "Kew")]) == [{"id": 3, "title": "Kew"}]
    assert crew.json([3, 1]) == [3, 1]
    with pytest.raises(ValueError, match="3 at most"):
        crew.clean([1, 2, 3, 4])
    with pytest.raises(ValueError, match="id"):
        crew.clean([1, "two"])


def test_a_file_is_named_by_the_id_it_was_given() -> None:
    link = FileLink("0123456789abcdef" * 2, "deed.pdf", 12, "application/pdf")
    file = fields.FileType()
    assert file.clean(link) == file.clean(file.json(link)) == file.clean(link.id.upper()) == link.id
    for wrong in ("deed.pdf", "../../etc/passwd", {"name": "x"}, 7, [link.id]):
        with pytest.raises(ValueError, match="Upload"):
            file.clean(wrong)
