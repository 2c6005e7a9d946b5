"""The icons we serve: names of Tabler icons, drawn from one small sprite.

A room names an icon in its declaration; `assets.py` builds the sprite from this list, so a new icon is a word here.
"""

from __future__ import annotations

from functools import cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

SPRITE = "vendor/icons.svg"

ICONS: tuple[str, ...] = tuple(
    """
    activity adjustments-horizontal alert-circle alert-triangle archive arrow-back-up arrow-down arrow-left
    arrow-merge arrow-narrow-right arrow-right arrow-up at bell bolt book bookmark box briefcase building
    building-store calendar calendar-due calendar-event chart-bar chart-dots chart-line check checklist
    chevron-down chevron-left chevron-right chevron-up circle-check clipboard clock clock-hour-4 cloud-off
    coin command copy credit-card database device-floppy dots dots-vertical download edit external-link eye eye-off
    file-spreadsheet file-text filter flag gift grid-dots hand-stop heart-handshake headset heart heartbeat help-circle
    history home hourglass id inbox info-circle key keyboard language layout-dashboard leaf link list list-check
    lock login logout mail mail-opened map-pin menu-2 message message-circle message-plus moon note notes
    package pencil phone phone-call phone-outgoing plant plant-2 plug player-pause player-play plus point printer
    receipt receipt-refund refresh report-money rotate-2 route search select send settings shield shield-lock
    shopping-cart sitemap sort-ascending sort-descending sparkles stack-2 star sun sun-moon switch-horizontal table
    table-import tag target ticket timeline-event trash trending-down trending-up trophy truck-delivery upload
    user user-circle user-plus users users-group wallet webhook world x zoom-question
    """.split()
)

_KNOWN = frozenset(ICONS)


@cache
def icon(name: str, *, label: str = "", kind: str = "") -> SafeString:
    """An icon as SVG. Without a label it is decoration and hidden from readers; an unknown name becomes a point."""
    shown = name if name in _KNOWN else "point"
    classes = f"icon {kind}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', classes, label, static(SPRITE), shown
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', classes, static(SPRITE), shown
    )
