"""Text as it comes in from outside, made safe to store or refused with a sentence."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext_lazy as _

_LONGEST_INPUT = 1_000_000  # characters looked at before anything else is asked
_BREAKS = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"\s+")


def one_line(value: Any, *, longest: int) -> str | None:
    """A single line without spaces around it; None when nothing is left."""
    if type(value) is str and len(value) <= longest and value.isascii() and value.isprintable() and "  " not in value:
        return value.strip() or None  # what nearly all values look like
    text = _checked(value, longest)
    if not (text.isascii() and text.isprintable()):
        text = _clean(text)
    if "  " in text or not text.isprintable():
        text = _SPACES.sub(" ", text)
    return _measured(text.strip(), longest)


def many_lines(value: Any, *, longest: int) -> str | None:
    """Text with its line breaks, all of them "\\n"."""
    return _measured(_clean(_BREAKS.sub("\n", _checked(value, longest))).strip(), longest)


def _checked(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise ValueError(_("This must be text."))
    if len(value) > min(longest * 4 + 1000, _LONGEST_INPUT):
        raise ValueError(_("This is too long: %(most)d characters at most.") % {"most": longest})
    return value


def _clean(text: str) -> str:
    if _CONTROL.search(text.replace("\t", " ")):
        raise ValueError(_("This contains characters that cannot be stored. Remove them and try again."))
    return unicodedata.normalize("NFC", text)


def _measured(text: str, longest: int) -> str | None:
    if len(text) > longest:
        raise ValueError(_("This is too long: %(most)d characters at most.") % {"most": longest})
    return text or None


def is_empty(value: Any) -> bool:
    """Whether a cell or an input says nothing."""
    return value is None or (isinstance(value, str) and (not value or value.isspace()))
