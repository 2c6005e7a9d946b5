"""What is wrong with a condition, in a sentence, and where."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Refused, Text

Path = tuple[int | str, ...]


class ConditionError(Refused):
    """A condition that cannot be asked. `where` is the clause in text form; `path` leads to it: the number of a child,
    or "where" for what stands inside a clause."""

    code = "condition"
    sentence = _("This condition cannot be used.")

    def __init__(self, sentence: Text, *, where: str = "", path: Path = ()) -> None:
        self.where, self.path = where, path
        super().__init__(sentence)

    def __str__(self) -> str:
        if not self.where:
            return str(self.sentence)
        return str(_("%(sentence)s (In: %(clause)s)") % {"sentence": self.sentence, "clause": self.where})


class ConditionTextError(ConditionError):
    """A text form that cannot be read. `line` and `column` count from one."""

    code = "condition_text"

    def __init__(self, sentence: Text, *, line: int = 1, column: int = 1) -> None:
        self.line, self.column = line, column
        super().__init__(sentence)


class ConditionTooLarge(ConditionError):
    """Beyond the limits that protect the server."""

    code = "condition_too_large"
