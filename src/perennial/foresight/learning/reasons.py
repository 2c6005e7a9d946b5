"""Why a row has its score: the columns that moved it most, in sentences, and what would change it most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from perennial.foresight.learning.dataset import kind_of
from perennial.foresight.learning.encoding.categories import CategoryCoding, texts_of
from perennial.foresight.learning.encoding.dates import DateCoding
from perennial.foresight.learning.encoding.numbers import NumberCoding
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
    from perennial.foresight.learning.encoding.coding import Coding
    from perennial.foresight.learning.model import Model
else:
    np = on_demand("numpy")
    pa = on_demand("pyarrow")

MOST = 5
_LEAST = 0.05  # of log-odds; less moves no chance by more than a point
_LEAST_SHARE = 0.05  # of all that moved the row


@dataclass(frozen=True, slots=True)
class Reason:
    """`effect` is on the scale of log-odds, or of the number itself; above zero it raises the score."""

    column: str
    label: str
    effect: float
    sentence: str


def reasons(
    model: Model, features: pa.Table, at: NDArray[np.datetime64] | None = None, *, most: int = MOST
) -> list[list[Reason]]:
    """For each row at most so many, the strongest first."""
    parts = model.parts(features, at)
    places = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :most]
    effects = np.take_along_axis(parts, places, axis=1)
    sizes = np.abs(parts).sum(axis=1, keepdims=True)
    counts = np.abs(effects) >= np.maximum(_LEAST if model.is_yes_or_no else 0.0, _LEAST_SHARE * sizes)
    told = _told(model, features, places)
    keys, found = model.encoding.keys, []
    for row in range(len(parts)):
        found.append([
            Reason(keys[place], model.labels[keys[place]], float(effect), _raised(told[rank][row], effect))
            for rank, (place, effect) in enumerate(zip(places[row], effects[row], strict=True)) if counts[row, rank]
        ])  # fmt: skip
    return found


def _told(model: Model, features: pa.Table, places: NDArray[Any]) -> list[NDArray[Any]]:
    """What is to be said of the columns in each rank of each row. Every value of a column is put in words once."""
    made = [np.empty(len(places), object) for _rank in range(places.shape[1])]
    for place, coding in enumerate(model.encoding.codings):
        rows = [np.flatnonzero(places[:, rank] == place) for rank in range(places.shape[1])]
        needed = np.unique(np.concatenate(rows)) if rows else np.array([], np.int64)
        if not len(needed):
            continue
        sentences = np.empty(len(places), object)
        sentences[needed] = _sentences(model, coding, features[coding.key].take(pa.array(needed)))
        for rank, here in enumerate(rows):
            made[rank][here] = sentences[here]
    return made


def _sentences(model: Model, coding: Coding, column: pa.ChunkedArray) -> list[str]:
    label = model.labels[coding.key]
    known: dict[Any, str] = {}
    values = column.to_pylist() if kind_of(column) != "flag" else texts_of(column).to_pylist()
    for value in values:
        if value not in known:
            known[value] = sentence_of(label, value, coding)
    return [known[value] for value in values]


def sentence_of(label: str, value: Any, coding: Coding) -> str:
    if value is None or value == "":
        return _("%(column)s is not known") % {"column": label}
    if isinstance(coding, NumberCoding):
        words = {"column": label, "value": number(float(value)), "usual": number(coding.usual)}
        return _("%(column)s is %(value)s (usually %(usual)s)") % words
    if isinstance(coding, DateCoding):
        return _("%(column)s is %(value)s") % {"column": label, "value": f"{value:%Y-%m-%d}"}
    if isinstance(coding, CategoryCoding):
        words = {"yes": _("yes"), "no": _("no")}
        return _("%(column)s is %(value)s") % {"column": label, "value": words.get(value, value)}
    return _("what is written in %(column)s") % {"column": label}


def number(value: float) -> str:
    if value == round(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 0.01 else f"{value:.2g}"


def _raised(sentence: str, effect: float) -> str:
    return (_("%(reason)s: raises it") if effect > 0 else _("%(reason)s: lowers it")) % {"reason": sentence}


@dataclass(frozen=True, slots=True)
class Change:
    """What would change a row's score most, as far as what was learnt goes, and what it would be then."""

    column: str
    value: Any
    score: float
    sentence: str


def changes(
    model: Model, features: pa.Table, at: NDArray[np.datetime64] | None, parts: Floats, scores: Floats
) -> list[Change | None]:
    """The column that moved a row most, set to what moves it the other way most. Nothing of it says that setting it in
    the world would have the effect: that is what plays with control groups are for."""
    keys = model.encoding.keys
    able = np.array([key in model.others for key in keys])
    found: list[Change | None] = [None] * len(parts)
    if not able.any():
        return found
    strongest = np.argmax(np.abs(parts) * able, axis=1)
    effects = parts[np.arange(len(parts)), strongest]
    for place in np.unique(strongest):
        for is_raising in (True, False):
            rows = np.flatnonzero((strongest == place) & ((effects > 0) == is_raising) & (effects != 0))
            if len(rows):
                value = model.others[keys[place]][0 if is_raising else 1]
                _try(model, features, at, keys[place], value, rows, scores, found)
    return found


def _try(model: Model, features: pa.Table, at: NDArray[np.datetime64] | None, key: str, value: Any,
         rows: NDArray[Any], scores: Floats, found: list[Change | None]) -> None:  # fmt: skip
    some = features.select(model.encoding.keys).take(pa.array(rows))
    place = some.column_names.index(key)
    kind = some.schema.field(key).type
    made = pa.array([value == "yes" if pa.types.is_boolean(kind) else value]).cast(kind)
    instead = pa.chunked_array([made.take(pa.array(np.zeros(len(rows), np.int64)))])
    then = model.score(some.set_column(place, key, instead), None if at is None else at[rows])
    shown = number(float(value)) if isinstance(value, float) else {"yes": _("yes"), "no": _("no")}.get(value, value)
    for row, score in zip(rows, then, strict=True):
        if abs(score - scores[row]) > 1e-9:
            now, later = (
                f"{100 * each:.0f} %" if model.is_yes_or_no else number(float(each)) for each in (scores[row], score)
            )
            sentence = _("if %(column)s were %(value)s: %(later)s instead of %(now)s") % {
                "column": model.labels[key], "value": shown, "later": later, "now": now}  # fmt: skip
            found[row] = Change(key, value, float(score), sentence)
