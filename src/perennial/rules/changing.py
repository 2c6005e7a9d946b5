"""Making and changing segments. Each change stands in the change log; a rule that changes has a new version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perennial.conditions import Condition, check
from perennial.conditions.jsonform import to_json
from perennial.conditions.tree import TRUE, Compare, Op, walk_all
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from perennial.foundation.sql import execute, fetch, fetch_one
from perennial.objects.access import widest_reach
from perennial.objects.made.catalogue import changed
from perennial.objects.made.keys import choice_key, clean_label
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType, object_types
from perennial.rules.behind import CONSUMER
from perennial.rules.everybody import ask_for_sweep
from perennial.rules.index import build, levels_of
from perennial.rules.merged import CONSUMER as BY_HAND
from perennial.rules.models import Segment, SegmentVersion
from perennial.rules.segments import MAY_SHAPE, kind_of, may_see, version_of
from perennial.rules.sweeping import FILLED
from perennial.rules.using import in_use, segments_naming
from perennial.rules.wakes import awake
from perennial.rules.watching import watch
from perennial.timeline.consumers import begin_now
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor
from perennial.workspace.models import User
from perennial.workspace.rights import Reach

LOGGED_AS = "rules.segment"
MOST = 1_000  # segments that are not retired
_LONGEST = 400
_NO_KEYS = ("new", "weeks")  # addresses beside the pages of segments
_PERSONAL = frozenset({Op.ME, Op.MY_TEAM})
State = Segment.State


def make_segment(
    kind: ObjectType,
    name: str,
    condition: Condition | None = None,
    *,
    by: Actor,
    description: str = "",
    note: str = "",
    is_live: bool = False,
) -> Segment:
    """A segment under a name; without a condition one whose members are put in by hand. Raises `Invalid` and
    `ConditionError` with what is wrong."""
    _require(by)
    if widest_reach(kind, by=by, verb="view") is Reach.NONE:
        raise NotFound
    name = clean_label(name, "name")
    with transaction.atomic():
        _lock()
        if Segment.objects.exclude(state=State.RETIRED).count() >= MOST:
            raise Conflict(_("There are %(most)d segments already. Retire one that nobody uses.") % {"most": MOST})
        _refuse_double(kind.key, name)
        key = choice_key(name, {*_NO_KEYS, *Segment.objects.values_list("key", flat=True)})
        made = Segment(
            key=key, object_key=kind.key, name=name, description=_text(description, "description"),
            owner_id=by.user_id, is_static=condition is None, state=State.LIVE if condition is None else State.DRAFT,
        )  # fmt: skip
        if condition is not None:
            _check_rule(made, condition, by)
        if made.is_static and not Segment.objects.filter(is_static=True).exists():
            begin_now(BY_HAND, "timeline_change")
        made.save()
        _add_version(made, condition if condition is not None else TRUE, note, by)
        _log(made, by, {"key": key, "object": kind.key, "name": name, "static": made.is_static,
                        "condition": None if condition is None else to_json(condition)})  # fmt: skip
        if is_live and condition is not None:
            _go_live(made, FILLED)
        else:
            changed()
    return made


def change_rule(segment: Segment, condition: Condition, *, by: Actor, number: int | None = None, note: str = "") -> int:
    """A new version, whose number is answered. Raises `Stale` when there is another than `number` meanwhile."""
    with transaction.atomic():
        segment = _locked(segment, by)
        if segment.is_static:
            raise Invalid({"condition": _("Members of this segment are put in by hand.")})
        if number is not None and number != segment.number:
            raise Stale(_("Somebody changed this segment meanwhile. Look at it again, then change it."))
        old = version_of(segment, segment.number).condition
        if condition == old:
            return segment.number
        _check_rule(segment, condition, by)
        segment.number = int(segment.versions.order_by("-number").values_list("number", flat=True)[0]) + 1
        _add_version(segment, condition, note, by)
        _save(segment, "number")
        _log(segment, by, {"condition": [to_json(old), to_json(condition)]})
        if segment.state == State.LIVE:
            _go_live(segment, "version")
        else:
            changed()
    return segment.number


def roll_back(segment: Segment, number: int, *, by: Actor, note: str = "") -> int:
    """A new version that asks what an old one asked; its number."""
    old = version_of(segment, number)
    said = note or str(_("Back to version %(number)d")) % {"number": number}
    return change_rule(segment, old.condition, by=by, note=said)


def describe(
    segment: Segment, *, by: Actor, name: str | None = None, description: str | None = None, owner: int | None = None
) -> None:
    """Change what is said about it; its key stays."""
    with transaction.atomic():
        segment = _locked(segment, by)
        new: dict[str, Any] = {}
        if name is not None:
            new["name"] = clean_label(name, "name")
            _refuse_double(segment.object_key, new["name"], but=segment.pk)
        if description is not None:
            new["description"] = _text(description, "description")
        if owner is not None:
            if not User.objects.filter(pk=owner, is_active=True).exists():
                raise Invalid({"owner": _("There is no such user.")})
            new["owner_id"] = owner
        old = {key: getattr(segment, key) for key, value in new.items() if getattr(segment, key) != value}
        for key in old:
            setattr(segment, key, new[key])
        if old:
            _save(segment, *old)
            _log(segment, by, {key: [was, new[key]] for key, was in old.items()})
            changed()


def publish(segment: Segment, *, by: Actor) -> None:
    """From now on its members are those for whom the rule holds; also after a pause."""
    _set_state(segment, State.LIVE, by)


def pause(segment: Segment, *, by: Actor) -> None:
    """Its members stay as they are until it is published again."""
    _set_state(segment, State.PAUSED, by)


def retire(segment: Segment, *, by: Actor) -> None:
    """Nobody is in it any more, and nobody can use it; its history stays. Refused while another segment asks for it."""
    users = segments_naming(segment)
    if users:
        names = ", ".join(each.name if may_see(each, by=by) else "…" for each in users[:5])
        raise Conflict(_("Other segments ask for its members: %(names)s. Change them first.") % {"names": names})
    _set_state(segment, State.RETIRED, by)


def restore(segment: Segment, *, by: Actor) -> None:
    """Bring back one that was retired: a rule goes live and finds its members anew."""
    _set_state(segment, State.LIVE, by)


def _set_state(segment: Segment, state: str, by: Actor) -> None:
    with transaction.atomic():
        segment = _locked(segment, by)
        old = segment.state
        if state == old:
            return
        if segment.is_static and state == State.PAUSED:
            raise Conflict(_("Members of this segment are put in by hand: there is nothing to pause."))
        if old == State.RETIRED:
            _refuse_double(segment.object_key, segment.name, but=segment.pk)
        segment.state = state
        _save(segment, "state")
        _log(segment, by, {"state": [old, state]})
        if state == State.RETIRED:
            _end_stays(segment)
        if state == State.LIVE and not segment.is_static:
            _check_rule(segment, version_of(segment, segment.number).condition, by)
            _go_live(segment, {State.DRAFT: FILLED, State.PAUSED: "resumed"}.get(State(old), "restored"))
        else:
            _follow_rules()


def _go_live(segment: Segment, cause: str) -> None:
    """Hold the rule from now on: follow what happens from here, and look at everybody."""
    segment.state = State.LIVE
    _save(segment, "state")
    others = "SELECT 1 FROM rules_segment WHERE state = 'live' AND NOT is_static AND id <> %s LIMIT 1"
    if not fetch(others, [segment.pk]):
        begin_now(CONSUMER, "timeline_event")
        begin_now(CONSUMER, "timeline_change")
        execute("UPDATE rules_passing SET followed_to = %s", [clock.now()])
    _follow_rules()
    ask_for_sweep([segment.pk], cause=cause)


def _follow_rules() -> None:
    """Have live work build its index anew, and listen to the tables that the rules now rest on."""
    changed()  # what conditions may name is known first
    row = fetch_one("SELECT version FROM rules_mark")
    index = build(row[0] if row else 0)
    watch(wake for rule in index.rules.values() for wake in rule.awake.wakes)
    for segment_id, trouble in index.troubles.items():
        execute("UPDATE rules_segment SET trouble = %s WHERE id = %s", [trouble[:400], segment_id])


def _end_stays(segment: Segment) -> None:
    """Nobody left by what they did, so nothing is told."""
    now = clock.now()
    execute(
        "UPDATE rules_stay SET left_at = greatest(entered_at, %s), left_cause = 'retired'"
        " WHERE segment_id = %s AND left_at IS NULL",
        [now, segment.pk],
    )
    execute("UPDATE rules_segment SET members = 0, swept_at = NULL, is_sweeping = false WHERE id = %s", [segment.pk])
    execute("DELETE FROM rules_touched WHERE segment_id = %s", [segment.pk])


def _check_rule(segment: Segment, condition: Condition, by: Actor) -> None:
    """A rule is asked by the house, in nobody's name, and never by way of itself."""
    kind = kind_of(segment)
    check(condition, schema_of(kind, by=by))
    if any(isinstance(node, Compare) and node.op in _PERSONAL for _depth, node in walk_all(condition)):
        sentence = _("A segment is the same for everybody: name the user or the team instead of “me”.")
        raise Invalid({"condition": sentence})
    named = set(awake(condition, kind).segments)
    if not named:
        return
    inner = {segment.key: named}
    for other, asked in in_use():
        other_kind = object_types.get(other.object_key)
        if other.pk != segment.pk and other_kind is not None:
            inner[other.key] = set(awake(asked, other_kind).segments)
    if segment.key not in levels_of(inner):
        raise Invalid({"condition": _("This segment would ask for itself, by way of the segments that it names.")})


def _add_version(segment: Segment, condition: Condition, note: str, by: Actor) -> None:
    SegmentVersion.objects.create(
        segment=segment, number=segment.number, condition=to_json(condition), made_by=by.log_name,
        note=_text(note, "note"),
    )  # fmt: skip


def _locked(segment: Segment, by: Actor) -> Segment:
    """The segment as it is now, kept for this transaction."""
    _require(by)
    _lock()
    found = Segment.objects.select_for_update().filter(pk=segment.pk).first()
    if found is None or not may_see(found, by=by):
        raise NotFound
    return found


def _lock() -> None:
    """One change of a rule at a time, and none in the middle of a turn of live work, which holds this row as well."""
    execute("UPDATE rules_mark SET version = version + 1")


def _save(segment: Segment, *fields: str) -> None:
    segment.updated_at = clock.real_now()
    segment.save(update_fields=[*fields, "updated_at"])


def _refuse_double(object_key: str, name: str, but: int | None = None) -> None:
    there = Segment.objects.filter(object_key=object_key, name__iexact=name).exclude(state=State.RETIRED)
    if (there.exclude(pk=but) if but is not None else there).exists():
        raise Invalid({"name": _("There is a segment of this name already.")})


def _text(text: str, part: str) -> str:
    cleaned = text.strip()
    if len(cleaned) > _LONGEST or "\x00" in cleaned:
        raise Invalid({part: _("This is too long: 400 characters at most.")})
    return cleaned


def _log(segment: Segment, by: Actor, values: Mapping[str, Any]) -> None:
    log_changes([Change(LOGGED_AS, segment.pk, "configure", dict(values))], actor=by.log_name,
                action="rules.shape")  # fmt: skip


def _require(by: Actor) -> None:
    if not by.may(MAY_SHAPE):
        raise Forbidden
