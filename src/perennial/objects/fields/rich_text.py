"""Text with headings, lists and links, kept as HTML of which only what a note needs is left.

It is cleaned when it is written and once more when it is shown (`sanitised`), so that no way into the database is a way
into a page.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any, Unpack

import nh3
from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import many_lines
from perennial.objects.fields.protocol import Field, Label

_TAGS = {
    "a", "b", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "pre", "s", "strong", "u",
    "ul",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}
_TAG = re.compile(r"<[a-zA-Z/!]")
_BETWEEN_BLOCKS = re.compile(r"(?i)<(?:br|/p|/li|/h[234]|/blockquote|/pre|hr)[^>]*>")
_ANY_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class RichTextType:
    """Text without a tag is taken as it is, its lines and paragraphs kept."""

    longest: int = 50_000
    look: str = "rich_text"
    column: ColumnType = ColumnType.TEXT

    def clean(self, value: Any) -> str | None:
        text = None if value is None else many_lines(value, longest=self.longest)
        if text is None:
            return None
        written = sanitised(text if _TAG.search(text) else html.escape(text, quote=False))
        if not _TAG.search(written):
            written = _paragraphs(written)
        if not plain_text(written):
            return None
        if len(written) > self.longest:
            raise ValueError(_("This is too long: %(most)d characters at most.") % {"most": self.longest})
        return many_lines(written, longest=self.longest)  # what stood there as &#1; is looked at too

    def json(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest, "contentMediaType": "text/html"}


def sanitised(text: str) -> str:
    """HTML with nothing in it that could act: safe to show as it is."""
    return nh3.clean(
        text,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def plain_text(written: str) -> str:
    """The words alone, in one line: for cells and previews."""
    text = _ANY_TAG.sub("", _BETWEEN_BLOCKS.sub(" ", written))
    return _SPACES.sub(" ", html.unescape(text)).strip()


def _paragraphs(text: str) -> str:
    blocks = [block for block in re.split(r"\n\s*\n", text) if block.strip()]
    return "".join(f"<p>{block.strip().replace(chr(10), '<br>')}</p>" for block in blocks)


def RichText(key: str, label: Label, *, longest: int = 50_000, **options: Unpack[Options]) -> Field:
    options.setdefault("is_sortable", False)
    return Field(key, RichTextType(longest), label, **options)
