"""A file as a dataset: the outcome of its label, every other column read by its own values; then learnt from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from perennial.foresight.learning.checks.finding import Finding
from perennial.foresight.learning.dataset import Dataset
from perennial.foresight.learning.reading.blanks import without_blanks
from perennial.foresight.learning.reading.columns import Reading, folded, guess, read
from perennial.foresight.learning.reading.files import table_of
from perennial.foresight.learning.reading.numbers import decimal_mark, number
from perennial.foresight.learning.report import Report
from perennial.foresight.learning.tables.asking import CannotLearn, Question, listed
from perennial.foresight.learning.tables.model import TableModel
from perennial.foresight.learning.training import train
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray
else:
    np = on_demand("numpy")
    pa = on_demand("pyarrow", "pyarrow.compute")

_MOSTLY = 0.9  # of a column must be readable as what it is said to be


@dataclass(frozen=True, slots=True)
class Taught:
    model: TableModel | None
    report: Report


def teach(path: Path, question: Question, *, seed: int = 1) -> Taught:
    table = table_of(path)
    question.checked(table)
    plain = pa.table({name: without_blanks(table[name]) for name in table.column_names})
    outcome, is_known, asked = outcome_of(table[question.label], plain[question.label], question)
    time = _times(plain, question)
    if time is not None:
        is_known &= ~np.isnat(time)
    if not is_known.any():
        raise CannotLearn(_("No row has a value in “%(name)s”.") % {"name": question.label})
    rows = np.flatnonzero(is_known)
    some = plain.take(pa.array(rows))
    apart = {question.label, question.value, *question.ignored}
    readings = [guess(name, some[name]) for name in some.column_names if name not in apart]
    features = pa.table({each.name: read(some[each.name], each) for each in readings if each.is_read})
    dataset = Dataset(
        features, outcome[rows], asked, time=None if time is None else time[rows], value=_values(some, question),
        groups=_groups(some, question),
    )  # fmt: skip
    learnt = train(dataset, seed=seed, keep=question.kept)
    found = (*_left_out(question, len(plain), len(rows)), *learnt.report.findings, *_names(readings))
    report = replace(learnt.report, findings=found, group_column=question.group or learnt.report.group_column)
    if learnt.model is None:
        return Taught(None, report)
    needed = set(learnt.model.encoding.keys)
    kept = tuple(each for each in readings if each.name in needed or each.name == question.time)
    ids = next((each.name for each in readings if each.shape == "id"), "")
    return Taught(TableModel(learnt.model, kept, question.label, question.positive, question.time, ids), report)


def outcome_of(raw: pa.ChunkedArray, plain: pa.ChunkedArray, question: Question) -> tuple[Any, NDArray[Any], str]:
    """The outcome of each row, which rows have one, and the question in words."""
    if question.positive:
        trimmed = pa.compute.utf8_trim_whitespace(raw)
        is_known = pa.compute.fill_null(pa.compute.not_equal(trimmed, ""), False).to_numpy().astype(bool)
        values = trimmed.unique().to_pylist()
        meant = [value for value in values if value and is_same(value, question.positive)]
        if not meant:
            raise CannotLearn(_("“%(value)s” does not occur in “%(name)s”. There are: %(values)s.") % {
                "value": question.positive, "name": question.label,
                "values": listed([value for value in values if value])})  # fmt: skip
        happened = pa.compute.is_in(trimmed, value_set=pa.array(meant)).to_numpy().astype(bool)
        return happened, is_known, f"{question.label} = {question.positive}"
    how = guess(question.label, plain)
    if how.shape == "flag":
        typed = read(plain, how)
        return (
            typed.fill_null(False).to_numpy(zero_copy_only=False).astype(bool),
            _known(typed),
            f"{question.label} = {how.yes}",
        )
    mark = decimal_mark(value for value in plain.unique().to_pylist() if value)
    typed = read(plain, Reading(question.label, "number", mark=mark))
    if typed.null_count - plain.null_count > (1 - _MOSTLY) * len(plain):
        raise CannotLearn(
            _("“%(name)s” has several values. Say with --positive which means that it happened: %(values)s.")
            % {"name": question.label, "values": listed(sorted(filter(None, plain.unique().to_pylist())))}
        )
    return typed.fill_null(0.0).to_numpy(zero_copy_only=False), _known(typed), question.label


def is_same(one: str, other: str) -> bool:
    """Yes and yes, 1 and 1.0, True and TRUE."""
    if folded(one) == folded(other):
        return True
    numbers = number(one, "."), number(other, ".")
    return None not in numbers and numbers[0] == numbers[1]


def _known(typed: pa.Array) -> NDArray[Any]:
    return np.asarray(typed.is_valid().to_numpy(zero_copy_only=False), bool)


def _times(plain: pa.Table, question: Question) -> NDArray[np.datetime64] | None:
    if not question.time:
        return None
    how = guess(question.time, plain[question.time])
    if how.shape != "date":
        raise CannotLearn(_("“%(name)s” does not hold dates.") % {"name": question.time})
    times: NDArray[np.datetime64] = read(plain[question.time], how).to_numpy(zero_copy_only=False)
    return times.astype("datetime64[s]")


def _values(plain: pa.Table, question: Question) -> NDArray[np.float64] | None:
    if not question.value:
        return None
    how = guess(question.value, plain[question.value])
    typed = read(plain[question.value], replace(how, shape="number"))
    if typed.null_count > (1 - _MOSTLY) * len(typed) + plain[question.value].null_count:
        raise CannotLearn(_("“%(name)s” does not hold amounts of money.") % {"name": question.value})
    return np.asarray(typed.to_numpy(zero_copy_only=False), np.float64)


def _groups(plain: pa.Table, question: Question) -> NDArray[Any] | None:
    if not question.group:
        return None
    return plain[question.group].fill_null("").to_numpy().astype(str)  # type: ignore[no-any-return]


def _left_out(question: Question, rows: int, known: int) -> list[Finding]:
    if rows == known:
        return []
    sentence = _("%(left)d of %(rows)d rows are left out, for “%(name)s” or the time is blank in them.") % {
        "left": rows - known, "rows": rows, "name": question.label}  # fmt: skip
    return [Finding("blank", sentence)]


def _names(readings: list[Reading]) -> list[Finding]:
    found = []
    for each in readings:
        if each.shape == "id":
            sentence = _("“%(column)s” names rows and does not describe them: hardly two have the same.") % {
                "column": each.name}  # fmt: skip
            found.append(Finding("identifier", sentence, each.name, each.name, left_out=True))
        elif each.shape == "empty":
            sentence = _("“%(column)s” is blank everywhere.") % {"column": each.name}
            found.append(Finding("blank", sentence, each.name, each.name, left_out=True))
    return found
