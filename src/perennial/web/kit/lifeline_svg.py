"""A laid-out lifeline as SVG: escaped, focusable, described, without inline style."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perennial.web.kit.labels import Label, text_width
from perennial.web.kit.lifeline import BAND_HEIGHT, BAND_TOP, WIDTH, Band, Layout, Lifeline, Mark, Spot, lay_out
from perennial.web.kit.reader import Reader
from perennial.web.kit.stages import STAGES, STANDINGS

_FADED = ("quiet", "lapsed")
_COUNTED = {
    "order": lambda count: ngettext("%(count)s order", "%(count)s orders", count),
    "return": lambda count: ngettext("%(count)s return", "%(count)s returns", count),
}


def draw(life: Lifeline, reader: Reader) -> SafeString:
    """The picture with its scroll frame (for a phone) and the card that js/lifeline.js fills."""
    layout = lay_out(life, locale=reader.locale)
    parts = SafeString("".join(_parts(life, layout, reader)))
    return format_html(
        '<div class="lifeline"><div class="lifeline-scroll" data-scroll-end tabindex="0" role="region" aria-label="{}">'
        '<svg viewBox="0 {} 1060 {}" role="group" aria-label="{}">{}</svg></div>'
        '<div class="lifeline-card" aria-hidden="true" hidden></div></div>',
        _("Lifeline"),
        f"{layout.top:.0f}",
        f"{layout.bottom - layout.top:.0f}",
        life.summary or _("Lifeline"),
        parts,
    )


def _parts(life: Lifeline, layout: Layout, reader: Reader) -> Iterator[str]:
    yield format_html(
        '<defs><clipPath id="{0}-band"><rect x="0" y="{1}" width="{2}" height="{3}" rx="{4}"/></clipPath>'
        '<pattern id="{0}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="hatch-ground" width="6" height="6"/><path class="hatch" d="M0 0V6"/></pattern></defs>',
        life.key,
        f"{BAND_TOP:.0f}",
        f"{WIDTH:.0f}",
        f"{BAND_HEIGHT:.0f}",
        f"{BAND_HEIGHT / 2:.1f}",
    )
    yield _axis(layout)
    yield format_html_join("", '<path class="lead" d="{}"/>', ((_lead(label),) for label in layout.labels))
    yield format_html(
        '<g clip-path="url(#{}-band)">{}</g>', life.key, SafeString("".join(_bands(life, layout, reader)))
    )
    for index, spot in enumerate(layout.spots):
        yield _spot(spot, reader, is_first=index == 0)
    yield format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        ((f"{label.x:.1f}", f"{label.y:.1f}", label.text) for label in layout.labels),
    )


def _axis(layout: Layout) -> SafeString:
    top = layout.axis_y - 16
    return format_html(
        '<g class="axis">{}{}</g>',
        format_html_join("", '<path d="M{} {}v4"/>', ((f"{tick.x:.1f}", f"{top:.1f}") for tick in layout.ticks)),
        format_html_join(
            "",
            '<text class="{}" x="{}" y="{}">{}</text>',
            (
                ("year" if tick.is_year else "", f"{tick.x:.1f}", f"{layout.axis_y:.1f}", tick.text)
                for tick in layout.ticks
            ),
        ),
    )


def _bands(life: Lifeline, layout: Layout, reader: Reader) -> Iterator[str]:
    for index, band in enumerate(layout.bands):
        spell = band.spell
        is_faded = spell.standing in _FADED
        stage = str(STAGES.get(spell.stage, spell.stage))
        word = str(STANDINGS[spell.standing]) if is_faded else stage
        what = f"{stage}, {STANDINGS[spell.standing]}" if spell.standing in STANDINGS else stage
        until = _("today") if spell.end is None else reader.day(spell.end)
        when = _("{start} to {end}").format(start=reader.day(spell.start), end=until)
        yield format_html(
            '<g class="spell mark {}" data-stage="{}" role="img" tabindex="-1" aria-label="{}"'
            ' data-when="{}" data-what="{}" data-detail="{}">'
            "<title>{}</title>{}{}</g>",
            f"faded {spell.standing}" if is_faded else "",
            spell.stage,
            _spoken(when, what, spell.reason),
            when,
            what,
            spell.reason,
            _spoken(when, what, spell.reason),
            _ground(band, life=life, is_first=index == 0),
            _word(band, word),
        )


def _ground(band: Band, *, life: Lifeline, is_first: bool) -> SafeString:
    box = (f"{band.x:.1f}", f"{BAND_TOP:.0f}", f"{band.width:.1f}", f"{BAND_HEIGHT:.0f}")
    ground = format_html('<rect class="spot-band" x="{}" y="{}" width="{}" height="{}"/>', *box)
    if band.spell.standing == "lapsed":
        ground += format_html(
            '<rect class="over" x="{}" y="{}" width="{}" height="{}" fill="url(#{}-hatch)"/>', *box, life.key
        )
    if is_first:
        return ground
    return ground + format_html('<path class="edge" d="M{} {}v{}"/>', box[0], box[1], box[3])


def _word(band: Band, word: str) -> SafeString:
    if text_width(word) + 14 > band.width:
        return SafeString("")
    return format_html(
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        f"{band.x + band.width / 2:.1f}",
        f"{BAND_TOP + 12.6:.1f}",
        word,
    )


def _spot(spot: Spot, reader: Reader, *, is_first: bool) -> SafeString:
    mark = spot.mark
    when, what, detail = reader.day(mark.at), _what(mark, reader), mark.detail if mark.count == 1 else ""
    spoken = _spoken(when, what, detail)
    tag, link = ("a", format_html(' href="{}"', mark.url)) if mark.url else ("g", SafeString(' role="img"'))
    kind = "trouble grave" if mark.kind == "grave" else mark.kind
    inside = format_html(
        '<title>{}</title><circle class="halo" cx="{}" cy="{}" r="{}"/>{}',
        spoken,
        f"{spot.x:.1f}",
        f"{spot.y:.1f}",
        f"{max(11.0, spot.radius + 4):.1f}",
        _shape(spot),
    )
    return format_html(
        '<{} class="mark {}"{} tabindex="{}" aria-label="{}" data-when="{}" data-what="{}" data-detail="{}">{}</{}>',
        SafeString(tag),
        kind,
        link,
        "0" if is_first else "-1",
        spoken,
        when,
        what,
        detail,
        inside,
        SafeString(tag),
    )


def _shape(spot: Spot) -> SafeString:
    x, y, radius = spot.x, spot.y, spot.radius
    if spot.mark.kind in ("trouble", "grave"):
        return format_html('<path class="spot" d="M{} {}l{} {}h{}z"/>', f"{x:.1f}", f"{y - 5:.1f}", "6", "9.5", "-12")
    if spot.mark.kind in ("moment", "touch"):
        return format_html('<path class="spot" d="M{} {}l4.5 4.5l-4.5 4.5l-4.5 -4.5z"/>', f"{x:.1f}", f"{y - 4.5:.1f}")
    return format_html('<circle class="spot" cx="{}" cy="{}" r="{}"/>', f"{x:.1f}", f"{y:.1f}", f"{radius:.1f}")


def _what(mark: Mark, reader: Reader) -> str:
    what = mark.label
    if mark.count > 1:
        counted = _COUNTED.get(mark.kind)
        what = (
            counted(mark.count) % {"count": reader.number(mark.count)}
            if counted
            else f"{mark.label} (+{mark.count - 1})"
        )
    return what if mark.amount is None else f"{what}, {reader.money(mark.amount)}"


def _spoken(when: str, what: str, detail: str) -> str:
    return ". ".join(part for part in (f"{when}: {what}", detail) if part)


def _lead(label: Label) -> str:
    """From the text to its mark, a little off both."""
    x = min(label.right - 2, max(label.left + 2, label.anchor_x))
    from_y, to_y = (label.y + 4, label.anchor_y - 3) if label.y < label.anchor_y else (label.y - 10, label.anchor_y + 2)
    return f"M{x:.1f} {from_y:.1f}L{label.anchor_x:.1f} {to_y:.1f}"
