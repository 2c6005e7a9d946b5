"""What lifecycle shows on other rooms' pages: the lifeline, why this stage, and where everyone is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from perennial.customers.queries import due_tasks
from perennial.foundation import clock
from perennial.lifecycle import filters
from perennial.lifecycle.definitions import DEFINITIONS, STAGES, current_definition
from perennial.lifecycle.lifelines import lifeline_of
from perennial.lifecycle.queries import Moved, Overview, StageCount, Standing, Story, overview, story_of
from perennial.lifecycle.reasons import stage_reason, standing_reason, whole
from perennial.objects.field_rights import is_hidden
from perennial.objects.panels import Panel, register_panel
from perennial.web.kit.pages import Figure
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.kit.stages import STAGES as STAGE_NAMES
from perennial.workspace.actor import Actor

CUSTOMER = "customers.customer"
PEOPLE = ("customers.person", "customers.company")
PERIOD = 90
_ONE_PAGE = 0.5  # seconds between two panels
_SILENT = ("quiet", "lapsed")  # standings that are about how long nothing was ordered


def show_lifeline(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any] | None:
    story = None if is_hidden(CUSTOMER, "stage", by) else _story(record_id, by)
    if story is None:
        return None
    has_sums = not any(is_hidden("commerce.order", key, by) for key in ("total", "base_total"))
    return lifeline_of(story, reader_of(by), has_sums=has_sums, has_standing=not is_hidden(CUSTOMER, "standing", by))


def show_standing(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any] | None:
    """Beside the name: the stage and since when; the standing against the customer's own rhythm."""
    story = None if is_hidden(CUSTOMER, "stage", by) else _story(record_id, by)
    if story is None:
        return None
    standing = story.standing
    if is_hidden(CUSTOMER, "standing", by):
        standing = replace(standing, standing=None)
    text = ""
    if standing.standing in _SILENT and standing.last_order_at is not None:
        words = {"days": (clock.now() - standing.last_order_at).days, "usual": whole(standing.usual_gap_days)}
        text = (_("quiet for %(days)s days, usually %(usual)s") if standing.standing == "quiet"
                else _("lapsed: no order for %(days)s days, usually %(usual)s")) % words  # fmt: skip
    since = _("%(stage)s since %(day)s") % {
        "stage": STAGE_NAMES[standing.stage], "day": reader_of(by).day(standing.stage_since)
    }  # fmt: skip
    return {"stage": standing.stage, "stage_text": since, "standing": standing.standing or "", "standing_text": text}


def show_why(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any] | None:
    """The clause, the events and the definition behind stage and standing; and what the next stage asks for."""
    story = _story(record_id, by)
    if story is None or is_hidden(CUSTOMER, "stage", by):
        return None
    standing, moves = story
    if is_hidden(CUSTOMER, "standing", by):
        standing = replace(standing, standing=None, usual_gap_days=None, quiet_at=None, lapsed_at=None)
    definition = next(
        (each for each in DEFINITIONS.values() if moves and each.name == moves[-1].definition), current_definition()
    )
    reader = reader_of(by)
    lines = [_stage_line(move, reader) for move in moves if move.aspect == "stage"][-len(STAGES) :]
    return {
        "stage": standing.stage,
        "since": standing.stage_since,
        "meaning": definition.rule(standing.stage).meaning,
        "moves": [*reversed(lines)],
        "standing": standing.standing or "",
        "standing_reason": _why_standing(standing, moves),
        "rhythm": "" if standing.standing in _SILENT else _rhythm(standing),
        "next": _next(standing, reader),
        "next_stage": _next_stage(standing.stage),
        "is_company": standing.customer_id != record_id,
        "definition": definition,
    }


def _stage_line(move: Moved, reader: Reader) -> dict[str, Any]:
    """One coming into a stage; `url` opens the order or the call that did it."""
    details = move.details
    kind = {"order": "commerce.order", "return": "commerce.order", "spoke": "customers.call"}.get(move.reason)
    source = details.get("source_id")
    return {
        "stage": move.new,
        "at": move.at,
        "url": f"/o/{kind}/{source}/" if kind and source else "",
        "reason": stage_reason(move.definition, move.old, str(move.new), move.reason, details),
    }


def _why_standing(standing: Standing, moves: Sequence[Moved]) -> str:
    latest = next(
        (move for move in reversed(moves) if move.aspect == "standing" and move.new == standing.standing), None
    )
    if latest is None or standing.last_order_at is None:
        return ""
    if standing.standing in _SILENT:
        silent = (clock.now() - standing.last_order_at).days
        return _("usually orders every %(usual)s days, none for %(silent)s") % {
            "usual": whole(standing.usual_gap_days),
            "silent": silent,
        }
    return standing_reason(latest.new, latest.details)


def _rhythm(standing: Standing) -> str:
    if standing.usual_gap_days is None:
        return ""
    return _("Usually orders every %(usual)s days, give or take %(spread)s.") % {
        "usual": whole(standing.usual_gap_days),
        "spread": whole(standing.gap_spread_days),
    }


def _next(standing: Standing, reader: Reader) -> str:
    """What silence alone would make of them, and when."""
    if standing.standing in ("active", "won_back") and standing.quiet_at:
        return _("Without an order they count as quiet from %(day)s.") % {"day": reader.day(standing.quiet_at)}
    if standing.standing == "quiet" and standing.lapsed_at:
        return _("Without an order they count as lapsed from %(day)s.") % {"day": reader.day(standing.lapsed_at)}
    return ""


def _next_stage(stage: str) -> dict[str, Any] | None:
    number = STAGES.index(stage) + 1
    if number == len(STAGES):
        return None
    rule = current_definition().rules[number]
    return {"stage": rule.stage, "meaning": rule.meaning}


class _Page(threading.local):
    """What the panels of the page that this thread is making have asked."""

    by: Actor | None = None
    at = 0.0
    answers: Mapping[str, Any] = {}


_page = _Page()


def _once(by: Actor, question: str, ask: Callable[[], Any]) -> Any:
    """Several panels tell of the same, and the page asks once: every request has an actor of its own."""
    if _page.by is not by or time.monotonic() - _page.at > _ONE_PAGE:
        _page.by, _page.at, _page.answers = by, time.monotonic(), {}
    if question not in _page.answers:
        _page.answers = {**_page.answers, question: ask()}
    return _page.answers[question]


def _seen_today(by: Actor) -> Overview:
    seen: Overview = _once(by, "today", lambda: overview(by=by, days=PERIOD, with_stalls=False))
    return seen


def _story(record_id: int, by: Actor) -> Story | None:
    story: Story | None = _once(by, f"story {record_id}", lambda: story_of(record_id))
    return story


def show_figures(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any] | None:
    """For Today: what is at stake, who has gone quiet or come back, and what was promised."""
    seen = _seen_today(by)
    if not seen.customers:
        return None
    reader, count = reader_of(by), seen.in_standing
    due, late = due_tasks(by=by)
    figures = [
        Figure(_("At stake"), reader.money(seen.at_stake, whole=True), _("bought by the quiet in 12 months"),
               url=filters.with_standing("quiet")),
    ] if seen.has_worth else []  # fmt: skip
    figures += [] if is_hidden(CUSTOMER, "standing", by) else [
        Figure(_("Gone quiet"), reader.number(count("quiet")),
               _("beside %(n)s active") % {"n": reader.number(count("active") + count("won_back"))},
               url=filters.with_standing("quiet")),
        Figure(_("Won back"), reader.number(count("won_back")), _("ordered again after they had lapsed"),
               url=filters.with_standing("won_back")),
    ]  # fmt: skip
    if by.reach("customers.task", "view") > 0:
        note = ngettext("%(n)s already late", "%(n)s already late", late) % {"n": late} if late else _("none is late")
        figures.append(Figure(_("Tasks due today"), reader.number(due), note, "warn" if late else "",
                              url="/o/customers.task/?" + urlencode({"filter": "done_at is empty"})))  # fmt: skip
    return {"figures": figures}


def show_where(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any] | None:
    """For Today: the five stages, who came, who fell quiet, and what the loyal are worth."""
    seen = _seen_today(by)
    if not seen.customers:
        return None
    reader = reader_of(by)
    note = ngettext("%(count)s customer, last %(days)s days", "%(count)s customers, last %(days)s days", seen.customers)
    return {
        "parts": [(stage.stage, stage.customers) for stage in seen.stages],
        "url": "/lifecycle/",
        "note": note % {"count": reader.number(seen.customers), "days": PERIOD},
        "stages": [_strip(stage, seen, reader) for stage in seen.stages],
    }


def _strip(count: StageCount, seen: Overview, reader: Reader) -> dict[str, Any]:
    quiet = count.standings.get("quiet", 0)
    if quiet:
        note, tone = _("%(n)s gone quiet") % {"n": reader.number(quiet)}, "warn"
    elif count.entered:
        note, tone = _("+ %(n)s") % {"n": reader.number(count.entered)}, ""
    else:
        note, tone = "", ""
    return {
        "key": count.stage,
        "label": STAGE_NAMES[count.stage],
        "count": count.customers,
        "note": note,
        "tone": tone,
        "url": filters.in_stage(count.stage),
    }


register_panel(Panel(
    "lifecycle.standing", on=PEOPLE, label=gettext_lazy("Standing"), template="lifecycle/_standing.html",
    context=show_standing, area="chips", order=10))  # fmt: skip
register_panel(Panel(
    "lifecycle.figures", on=("today",), label=gettext_lazy("Today"), template="web/_figures.html",
    context=show_figures, area="head", order=10))  # fmt: skip
register_panel(Panel(
    "lifecycle.lifeline", on=PEOPLE, label=gettext_lazy("Lifeline"), template="web/_lifeline_panel.html",
    context=show_lifeline, area="head", order=10))  # fmt: skip
register_panel(Panel(
    "lifecycle.why", on=PEOPLE, label=gettext_lazy("Why this stage"), template="lifecycle/_why.html",
    context=show_why, area="side", order=10))  # fmt: skip
register_panel(Panel(
    "lifecycle.where", on=("today",), label=gettext_lazy("Where everyone is"), template="lifecycle/_where.html",
    context=show_where, area="main", order=80))  # fmt: skip
