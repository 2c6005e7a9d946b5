"""The quick way to read a number with its country code answers as parsing it does."""

from __future__ import annotations

import phonenumbers
from hypothesis import example, given
from hypothesis import strategies as st

from perennial.objects.fields.phone import _worldwide

codes = st.one_of(st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)), st.integers(1, 999))


@given(code=codes, rest=st.text("0123456789 ().-", min_size=3, max_size=16))
@example(44, "7911 123456")
@example(44, " (0)20 7946 0000")
@example(39, "06 698")
def test_a_number_with_its_country_is_read_as_parsing_reads_it(code: int, rest: str) -> None:
    quick = _worldwide(f"+{code}{rest}")
    if quick is not None:
        parsed = phonenumbers.parse(f"+{code}{rest}")
        assert phonenumbers.is_possible_number(parsed)
        assert quick == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def test_usual_numbers_are_read_quickly() -> None:
    assert _worldwide("+44 7911 123456") == "+447911123456"
    assert _worldwide("+1 (212) 555-0100") == "+12125550100"
    assert _worldwide("020 7946 0000") is None
