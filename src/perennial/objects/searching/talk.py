"""Finding records by what was said about them in comments."""

from __future__ import annotations

from perennial.foundation.sql import fetch
from perennial.foundation.text import fold, grams
from perennial.objects.frequencies import rarest
from perennial.objects.matching import readings
from perennial.objects.searching.finding import Hit
from perennial.objects.searching.marks import excerpt
from perennial.objects.titles import titles_of
from perennial.workspace.actor import Actor

_CANDIDATES = 100  # the newest of them


def find_comments(text: str, *, by: Actor, limit: int = 5) -> list[Hit]:
    """The records, the latest comment first; the comment is the detail. Only those that the actor may see."""
    words = next(iter(readings(text)), ())
    by_word = [found for word in words if (found := grams(word))]
    if not by_word:
        return []
    rows = fetch(
        "SELECT object_key, record_id, text FROM objects_comment WHERE deleted_at IS NULL AND grams @> %s::int[]"
        " ORDER BY id DESC LIMIT %s",
        [rarest(by_word, table="objects_comment"), _CANDIDATES],
    )
    said: dict[tuple[str, int], str] = {}
    for object_key, record_id, comment in rows:
        folded = fold(comment)
        if all(word in folded for word in words):
            said.setdefault((object_key, record_id), comment)
    titles = titles_of(said, by=by) if said else {}
    seen = [(*about, titles[about], comment) for about, comment in said.items() if about in titles]
    return [Hit(key, id, title or f"#{id}", excerpt(comment, words)) for key, id, title, comment in seen[:limit]]
