"""What somebody may have meant: the known names that are nearest to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Text

MOST = 3
_LOOKED_AT = 2000  # of the known ones


def nearest(word: str, known: Iterable[tuple[str, Text]]) -> list[str]:
    """The keys whose key or label resembles the word, the most alike first."""
    keys: dict[str, str] = {}
    for key, label in list(known)[:_LOOKED_AT]:
        for name in (key, key.rpartition(":")[2], key.rpartition(".")[2], str(label)):
            keys.setdefault(name.casefold(), key)
    near = get_close_matches(word[:80].casefold(), keys, n=2 * MOST, cutoff=0.6)
    return list(dict.fromkeys(keys[name] for name in near))[:MOST]


def with_nearest(sentence: Text, word: str, known: Iterable[tuple[str, Text]]) -> Text:
    """The sentence, and what is nearest to the word, if anything is."""
    near = nearest(word, known)
    if not near:
        return sentence
    return str(_("%(sentence)s The nearest: %(names)s.")) % {"sentence": sentence, "names": ", ".join(near)}
