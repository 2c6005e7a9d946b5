"""Comments: said, corrected, taken away, brought back; and whom they call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.ids import uuid7
from perennial.foundation.sql import fetch
from perennial.objects.actions import Run
from perennial.objects.collaboration.following import actors_of, follow_along, followers_of
from perennial.objects.collaboration.models import Comment
from perennial.objects.collaboration.subjects import Subject, is_seen, subject
from perennial.objects.writing.outcomes import keep_run, next_run_id
from perennial.timeline.notifications import notify
from perennial.timeline.record import Change, ChangeKind, log_changes
from perennial.workspace.actor import Actor

KEY = "objects.comment"  # in the change log
LONGEST = 10_000
MOST_CALLED = 50
_EXCERPT = 160
_BEFORE = re.compile(r"[\w@.]$")


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as its readers see it."""

    id: int
    text: str
    author: str
    author_id: int | None
    at: datetime
    edited_at: datetime | None
    names: tuple[str, ...]  # of those mentioned, as they stand in the text


def add_comment(object_key: str, record_id: int, text: str, *, by: Actor) -> int:
    """Say something about a record one may see. Those called by name and the followers are told, if they see it too."""
    about = subject(object_key, record_id, by=by)
    text = _cleaned(text)
    if by.kind == "system":
        raise Forbidden
    with transaction.atomic():
        called = _called(text)
        comment = Comment.objects.create(
            object_key=about.object_key,
            record_id=about.record_id,
            author_id=by.user_id,
            actor=by.log_name,
            text=text,
            mentions=called,
        )
        _log(comment, "create", {"text": text}, by)
        _tell(about, text, called, by)
    return comment.pk


def edit_comment(comment_id: int, text: str, *, by: Actor) -> Comment:
    """Correct what one said oneself. Only those newly called are told."""
    with transaction.atomic():
        comment = _own(comment_id, by)
        text = _cleaned(text)
        if text != comment.text:
            called = _called(text)
            new = [each for each in called if each not in comment.mentions]
            _log(comment, "update", {"text": [comment.text, text]}, by)
            comment.text, comment.mentions, comment.edited_at = text, called, clock.real_now()
            comment.save(update_fields=["text", "mentions", "edited_at"])
            _tell(subject(comment.object_key, comment.record_id, by=by), text, new, by, is_new=False)
    return comment


def delete_comment(comment_id: int, *, by: Actor) -> Comment:
    """Take away what one said oneself; who manages the settings may take away any."""
    with transaction.atomic():
        comment = _own(comment_id, by, may_manage=True)
        Comment.objects.filter(pk=comment.pk).update(deleted_at=clock.real_now())
        _log(comment, "delete", {"text": comment.text}, by)
    return comment


def restore_comment(comment_id: int, *, by: Actor) -> Comment:
    with transaction.atomic():
        comment = _own(comment_id, by, may_manage=True, is_deleted=True)
        Comment.objects.filter(pk=comment.pk).update(deleted_at=None)
        _log(comment, "restore", {"text": comment.text}, by)
    return comment


def comments_on(about: Subject, *, before: int | None = None, limit: int = 30) -> list[Said]:
    """The newest first, for somebody whom `subject` has let see the record."""
    return _read(about, "c.id < %s", before or 2**63 - 1, limit)


def comment_on(about: Subject, comment_id: int) -> Said | None:
    """One of them."""
    return next(iter(_read(about, "c.id = %s", comment_id, 1)), None)


def _read(about: Subject, which: str, id: int, limit: int) -> list[Said]:
    rows = fetch(
        "SELECT c.id, c.text, coalesce(a.name, k.name, ''), c.author_id, c.created_at, c.edited_at,"
        " array(SELECT m.name FROM workspace_user m WHERE m.id = ANY(c.mentions))"
        " FROM objects_comment c LEFT JOIN workspace_user a ON a.id = c.author_id"
        " LEFT JOIN workspace_apikey k ON k.id = CASE WHEN c.actor LIKE 'key:%%' THEN substr(c.actor, 5)::bigint END"
        " WHERE c.object_key = %s AND c.record_id = %s AND c.deleted_at IS NULL"
        f" AND {which} ORDER BY c.id DESC LIMIT %s",
        [about.object_key, about.record_id, min(id, 2**63 - 1), limit],
    )
    return [
        Said(id, text, author, author_id, at, edited_at, tuple(names))
        for id, text, author, author_id, at, edited_at, names in rows
    ]


def index_anew(ids: Sequence[int]) -> None:
    """After the texts of comments were changed by plain SQL."""
    for comment in Comment.objects.filter(pk__in=ids):
        comment.save(update_fields=["text"])


def _cleaned(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text or len(text) > LONGEST:
        raise Invalid({"text": gettext_lazy("Write something, at most 10,000 characters.")})
    return text


def _called(text: str) -> list[int]:
    """The active users whose name stands behind an @; of "@Ben" and "@Ben Carter" the longer one is meant."""
    if "@" not in text:
        return []
    rest = text.lower()
    found: list[int] = []
    by_name: dict[str, list[int]] = {}
    for id, name in fetch(
        "SELECT id, lower(name) FROM workspace_user WHERE is_active AND name <> '' ORDER BY length(name) DESC, id"
    ):
        by_name.setdefault(name, []).append(id)
    for name, ids in by_name.items():
        place = rest.find(f"@{name}")
        while place >= 0:
            end = place + len(name) + 1
            is_word = not rest[end : end + 1].isalnum() and not _BEFORE.search(rest[:place])
            if is_word:
                found += [id for id in ids if id not in found]
                rest = rest[:place] + " " * (end - place) + rest[end:]
            place = rest.find(f"@{name}", end)
    return found[:MOST_CALLED]


def _own(comment_id: int, by: Actor, *, may_manage: bool = False, is_deleted: bool = False) -> Comment:
    """Locked. Of a record that the actor may not see, it is not there."""
    found = Comment.objects.select_for_update().filter(pk=comment_id, deleted_at__isnull=not is_deleted).first()
    if found is None or not is_seen(found.object_key, found.record_id, by=by):
        raise NotFound
    is_mine = found.author_id == by.user_id if by.user_id is not None else found.actor == by.log_name
    if not is_mine and not (may_manage and by.may("settings.manage")):
        raise Forbidden(gettext_lazy("Only who said this can change it."))
    return found


def _tell(about: Subject, text: str, called: Iterable[int], by: Actor, *, is_new: bool = True) -> None:
    """Those called first; then the followers, who need not hear of it twice."""
    wanted = dict.fromkeys((*called, *(followers_of(about) if is_new else ())))
    wanted.pop(by.user_id or 0, None)
    mentioned = set(called)
    excerpt = " ".join(text.split())
    excerpt = excerpt if len(excerpt) <= _EXCERPT else f"{excerpt[:_EXCERPT]}…"
    seen = [actor for actor in actors_of(wanted).values() if is_seen(about.object_key, about.record_id, by=actor)]
    follow_along(about, [each.id for each in seen if each.id in mentioned] + ([by.user_id] if by.user_id else []))
    for actor in seen:
        title = subject(about.object_key, about.record_id, by=actor).title
        with translation.override(actor.language):
            sentence = (
                _("%(name)s mentioned you about %(title)s: “%(text)s”")
                if actor.id in mentioned
                else _("%(name)s commented on %(title)s: “%(text)s”")
            )
            notify([actor.id], sentence % {"name": by.name, "title": title, "text": excerpt}, url=f"{about.url}#talk")


def _log(comment: Comment, kind: ChangeKind, values: Mapping[str, Any], by: Actor) -> None:
    run = Run(next_run_id(), uuid7())
    about = {"about": f"{comment.object_key}:{comment.record_id}"} if kind == "create" else {}
    log_changes(
        [Change(KEY, comment.pk, kind, {**about, **values})],
        actor=by.log_name,
        action="comment",
        cause=run.cause,
        run_id=run.id,
    )
    keep_run(run, "comment", KEY, by=by)
    place = f"{comment.object_key}/{comment.record_id}"  # pages that show the record fetch its comments anew
    fetch("SELECT pg_notify('perennial_live', json_build_object('at', %s::text, 'event', 'talk')::text)", [place])
