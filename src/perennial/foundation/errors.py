"""What a rule says when it refuses.

A rule raises a subclass of `Refused` whose sentence tells the user what to do next. Screens, the API and jobs
render it; nobody else catches it. Everything that is not a `Refused` is a bug and is let rise.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Refused(Exception):
    """The base of all refusals. `code` is stable and for programs, `sentence` is translated and for people."""

    code = "refused"
    status = 422
    sentence: Text = _("This cannot be done.")

    def __init__(self, sentence: Text | None = None, *, code: str | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        if code is not None:
            self.code = code
        super().__init__(self.sentence)

    def __str__(self) -> str:
        return str(self.sentence)


class NotFound(Refused):
    """Absent, or not for this actor: both look the same."""

    code = "not_found"
    status = 404
    sentence = _("There is nothing here, or it is not yours to see.")


class SignInNeeded(Refused):
    code = "sign_in_needed"
    status = 401
    sentence = _("Please sign in first.")


class Forbidden(Refused):
    """For verbs on what the actor may see anyway; what they may not see is `NotFound`."""

    code = "forbidden"
    status = 403
    sentence = _("Your role does not allow this. Ask an administrator for the right.")


class Invalid(Refused):
    """The input is wrong. `fields` maps a field's key to the sentence about it; "" is about the whole."""

    code = "invalid"
    sentence = _("Some of the input cannot be used. Correct the fields named and send it again.")

    def __init__(self, fields: Mapping[str, Text] | None = None, sentence: Text | None = None) -> None:
        self.fields = dict(fields or {})
        super().__init__(sentence)


class Conflict(Refused):
    """Somebody else changed it first, or it exists already."""

    code = "conflict"
    status = 409
    sentence = _("Somebody changed this meanwhile. Load it again and repeat your change.")


class Stale(Conflict):
    """The version that the caller named (If-Match) is no longer the current one (RFC 9110 §13.1.1)."""

    code = "stale"
    status = 412
