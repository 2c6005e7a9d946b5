"""What a heading betrays: words of columns that are filled in when, or after, the outcome is known."""

from __future__ import annotations

import re

_AFTERWARDS = re.compile(
    r"^(closed?|closing|closure|resolved?|resolution|won|lost|cancel\w*|churn\w*|terminat\w*|refund\w*|outcome|result|"
    r"convert\w*|conversions?|left|leaving|breached|satisfaction|abgeschlossen|gekündigt|zatvoren\w*|закрыт\w*)$"
)
_PLANNED = re.compile(
    r"^(due|planned|expected|estimated|target|scheduled|renewal|renews?|deadline|until|expir\w*|valid)$"
)
_STATE = re.compile(r"^(last|latest|final)$")
_JUDGED = re.compile(
    r"^(score|index|rating|quality|grade|tags?|profile|relevance|assessment|verdict|remarks?|notes?|comments?)$"
)
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+")


def words_of(heading: str) -> list[str]:
    """ResolvedAt, resolved_at and "Resolved at" are the same two words."""
    return [word.casefold() for word in _PARTS.findall(heading)]


def is_of_afterwards(heading: str) -> bool:
    words = words_of(heading)
    return any(_AFTERWARDS.match(word) for word in words) and not is_planned(heading)


def is_planned(heading: str) -> bool:
    """A date that lies ahead and is known all the same."""
    return any(_PLANNED.match(word) for word in words_of(heading))


def is_state_at_export(heading: str) -> bool:
    """The last activity is the last when the file was made, not when somebody would have asked."""
    return any(_STATE.match(word) for word in words_of(heading))


def is_judgement(heading: str) -> bool:
    return any(_JUDGED.match(word) for word in words_of(heading))
