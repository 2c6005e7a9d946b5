"""Why an event is refused. The code is permanent and for programs, the sentence is for people."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "malformed": _("This is not valid JSON."),
    "not_an_object": _("An event must be a JSON object."),
    "not_utf8": _("The text is not valid UTF-8."),
    "too_large": _("The event is larger than 32 kB."),
    "too_deep": _("The event is nested too deeply."),
    "nul": _("The text contains the character NUL, which cannot be stored."),
    "number_out_of_range": _("A number is too large to be stored."),
    "wrong_type": _("A part of the event has the wrong type."),
    "unknown_call": _("The type must be identify, track, page, screen, group or alias."),
    "id_missing": _("The event needs a userId or an anonymousId."),
    "id_too_long": _("An id is longer than 200 characters."),
    "event_name_missing": _("A track event needs a name in “event”."),
    "name_too_long": _("The name is longer than 200 characters."),
    "group_id_missing": _("A group event needs a groupId."),
    "alias_incomplete": _("An alias event needs a previousId and a userId."),
    "bad_timestamp": _("The timestamp is not an ISO 8601 date and time."),
    "future_dated": _("The event lies in the future by more than ten minutes."),
    "too_old": _("The event lies before 1970."),
    "not_storable": _("The database cannot store this event."),
    "empty_batch": _("The batch holds no events."),
}


class Refusal(NamedTuple):
    """One event that was not stored. `detail` is the program's own word on it, in English."""

    code: str
    detail: str = ""

    @property
    def sentence(self) -> str:
        said = str(REASONS[self.code])
        return f"{said} {self.detail}" if self.detail else said
