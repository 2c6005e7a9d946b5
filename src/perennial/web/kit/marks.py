"""Small marks: chips, initials and bars, as escaped HTML."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from perennial.objects.searching import pieces
from perennial.web.kit.stages import STAGES, STANDING_TONES, STANDINGS

Text = str | Promise
_EMPTY = SafeString("")
_TINTS = 5
_BAND = 1000


def chip(text: Text, *, tone: str = "") -> SafeString:
    """`tone` is "", "warn", "gold", "accent" or "outline"."""
    return format_html('<span class="chip {}">{}</span>', tone, text)


def marked(text: str, words: Sequence[str]) -> SafeString:
    """The text with the words in it marked that somebody looked for, in whatever script either is written."""
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", piece) if is_found else piece,) for piece, is_found in pieces(text, words)),
    )


def stage_chip(stage: str, *, text: Text = "") -> SafeString:
    """The stage as a coloured dot and its word; `text` says more than the word ("Loyalty since March")."""
    if not stage:
        return _EMPTY
    return format_html(
        '<span class="chip" data-stage="{}"><i class="dot" aria-hidden="true"></i>{}</span>',
        stage,
        text or STAGES.get(stage, stage),
    )


def standing_chip(standing: str, *, text: Text = "") -> SafeString:
    """The standing as a word; `text` says it against the customer's own rhythm ("quiet 61 days, usually 19")."""
    if not standing:
        return _EMPTY
    return chip(text or STANDINGS.get(standing, standing), tone=STANDING_TONES.get(standing, ""))


def initials(name: str, *, kind: str = "") -> SafeString:
    """A person's or firm's letters on a tint that stays theirs. Decoration: the name always stands beside it."""
    words = [word for word in name.replace("&", " ").split() if word[:1].isalnum()]
    letters = (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "·"
    tint = zlib.crc32(name.encode()) % _TINTS
    return format_html(
        '<span class="initials {}" data-tint="{}" aria-hidden="true">{}</span>', kind, str(tint), letters
    )


def person(name: str, *, url: str = "") -> SafeString:
    if url:
        return format_html('<a class="person" href="{}">{}<span>{}</span></a>', url, initials(name, kind="small"), name)
    return format_html('<span class="person">{}<span>{}</span></span>', initials(name, kind="small"), name)


def band(parts: Iterable[tuple[str, float]], *, label: Text = "") -> SafeString:
    """One bar of all stages by their share: (stage, how many). Read aloud as one sentence."""
    shown = [(stage, max(0.0, float(size))) for stage, size in parts]
    total = sum(size for _stage, size in shown) or 1.0
    rectangles = []
    position = 0.0
    for stage, size in shown:
        width = _BAND * size / total
        rectangles.append((stage, f"{position:.1f}", f"{width:.1f}"))
        position += width
    spoken = label or ", ".join(f"{STAGES.get(stage, stage)} {round(100 * size / total)} %" for stage, size in shown)
    return format_html(
        '<svg class="band" viewBox="0 0 1000 12" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        spoken,
        format_html_join("", '<rect data-stage="{}" x="{}" y="0" width="{}" height="12"/>', rectangles),
    )


def share(part: float, *, label: Text = "", tone: str = "", stage: str = "") -> SafeString:
    """A thin bar for a share between 0 and 1. Say the number beside it; the label is for who cannot see the bar."""
    width = round(100 * min(1.0, max(0.0, part)), 1)
    return format_html(
        '<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{}"'
        ' data-tone="{}" data-stage="{}">'
        '<rect x="0" y="0" width="{}" height="6"/></svg>',
        label or f"{width:g} %",
        tone,
        stage,
        f"{width:g}",
    )
