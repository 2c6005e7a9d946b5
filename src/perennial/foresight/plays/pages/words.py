"""How the numbers of a play are written and called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from perennial.foresight.plays.checking import is_money, is_share
from perennial.foresight.plays.models import Play
from perennial.foresight.plays.statistics.stopping import Verdict
from perennial.metrics.contract import Metric
from perennial.web.kit.reader import Reader

VERDICTS: dict[str, tuple[str | Promise, str]] = {
    Verdict.EARLY.value: (gettext_lazy("Too early to say"), ""),
    Verdict.OPEN.value: (gettext_lazy("May help, may not"), ""),
    Verdict.LIKELY.value: (gettext_lazy("Probably helps"), "gold"),
    Verdict.HELPS.value: (gettext_lazy("Helps"), "good"),
    Verdict.HARM.value: (gettext_lazy("Harms"), "warn"),
    Verdict.FUTILE.value: (gettext_lazy("Does not pay"), "warn"),
}
_LONG = 260  # weeks
STATE_TONES = {Play.State.DRAFT: "outline", Play.State.RUNNING: "good", Play.State.PAUSED: "warn"}


def effect_said(value: float, metric: Metric, reader: Reader) -> str:
    """A difference for each person treated: in points of a hundred, in money, or as a number."""
    rounded = round(value * 100, 1) if is_share(metric) else round(value, 2)
    if is_money(metric):
        written = reader.money(rounded)
    elif is_share(metric):
        written = _("%(points)s points") % {"points": reader.number(rounded)}
    else:
        written = reader.number(rounded)
    return f"+{written}" if rounded > 0 else written


def level_said(value: float, metric: Metric, reader: Reader) -> str:
    """What came of people on average."""
    if is_share(metric):
        return reader.percent(round(value, 3))
    return reader.money(round(value, 2)) if is_money(metric) else reader.number(round(value, 2))


def weeks_said(weeks: int | None) -> str:
    if weeks is None:
        return _("never: nobody is eligible")
    if weeks > _LONG:
        return _("not within five years")
    return ngettext("after %(n)d week", "after %(n)d weeks", weeks) % {"n": weeks}
