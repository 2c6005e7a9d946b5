"""Whatever a file holds, its rows come out as they went in, or it is refused with a sentence."""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perennial.objects.importing.formats.shape import FileRow
from perennial.objects.importing.reading import rows_of
from perennial.objects.importing.sniffing import Unreadable, sniff

cells = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00\r"), max_size=20)
tables = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8)
)


def read(content: bytes) -> list[FileRow]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        shape = sniff(path)
        with rows_of(path, shape) as rows:
            return list(rows)


@given(table=tables, delimiter=st.sampled_from(",;\t"))
@settings(max_examples=80, deadline=None)
def test_rows_come_out_as_they_went_in(table: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    heading = [f"heading {number}" for number in range(len(table[0]))]
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([heading, *table])
    got = read(out.getvalue().encode())
    wanted = [(number, row) for number, row in enumerate(table, start=1) if any(row)]
    assert [row.number for row in got] == [number for number, _row in wanted]
    for (_number, found, _problem), (_same, row) in zip(got, wanted, strict=True):
        assert [cell or "" for cell in found] == [
            cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t") else cell for cell in row
        ]


@given(content=st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        rows = read(content)
    except Unreadable as refusal:
        sentence = str(refusal)
        assert sentence
    else:
        for _number, found, _problem in rows:
            assert all(cell is None or cell.encode() for cell in found)


@pytest.mark.parametrize("after", [0, 1, 2, 3, 9])
def test_reading_goes_on_from_any_row(after: int, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b'a,b\n1,"one\nand a half"\n\n3,three\n')
    with rows_of(path, sniff(path), after=after) as rows:
        assert [row.number for row in rows] == [number for number in (1, 3) if number > after]


@pytest.mark.parametrize("endless", [b"a," * 5_000_000, b'"\n",' * 2_000_000])
def test_one_endless_row_is_refused_before_it_fills_the_memory(endless: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            read(gzip.compress(b"name,mail\nCleo,cleo@example.com\n" + endless, 1))
        assert tracemalloc.get_traced_memory()[1] < 250_000_000
    finally:
        tracemalloc.stop()
