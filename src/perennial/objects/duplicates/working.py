"""Merging many pairs in the background, for the person who asked, who is told when it is done."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import ngettext

from perennial.objects.duplicates.deciding import MOST_AT_ONCE, merge_surest
from perennial.objects.importing.actors import actor_named
from perennial.objects.types import object_types
from perennial.timeline.notifications import notify


def merge_and_tell(object_key: str, least: float, actor: str) -> None:
    by, kind = actor_named(actor), object_types[object_key]
    merged = refused = 0
    while True:
        more, wrong = merge_surest(kind, least=least, by=by)
        merged, refused = merged + more, wrong  # the same are refused again
        if more + wrong < MOST_AT_ONCE or not more:
            break
    if by.user_id is not None:
        with translation.override(by.language):
            notify([by.user_id], merged_sentence(merged, refused), url=f"/duplicates/{kind.key}/")


def merged_sentence(merged: int, refused: int) -> str:
    said = ngettext("%(count)s pair was merged.", "%(count)s pairs were merged.", merged) % {"count": merged}
    if refused:
        said += " " + ngettext("%(count)s was refused.", "%(count)s were refused.", refused) % {"count": refused}
    return said
