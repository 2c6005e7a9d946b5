"""The icons we serve: names of Tabler icons, drawn from one small sprite.

A room names an icon in its declaration; `assets.py` builds the sprite from this list, so a new icon is a word here.
"""

from __future__ import annotations

from functools import cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

SPRITE = "vendor/icons.svg"

_NAMES = """
    activity adjustments-horizontal alert-circle alert-triangle align-left anchor archive arrow-back-up arrow-down
    arrow-left arrow-merge arrow-narrow-right arrow-right arrow-up arrows-split arrows-split-2 at basket bell bike
    bold bolt book bookmark box briefcase building building-store bulb bus calendar calendar-due calendar-event
    calendar-repeat calendar-time camera car category chart-bar chart-dots chart-line check checkbox checklist
    chevron-down chevron-left chevron-right chevron-up circle-check circle-minus circle-plus clear-formatting clipboard
    clock     clock-hour-4 clock-pause cloud-off coin command copy cpu credit-card cube database decimal device-floppy
    device-laptop device-mobile discount dots dots-vertical download ear edit eraser external-link eye eye-off
    file-export file-spreadsheet file-text filter filter-check fingerprint flag friends gift git-branch grid-dots
    grip-vertical hand-click hand-stop heading headset heart heart-handshake heartbeat help-circle history home
    home-2 hourglass id inbox info-circle italic key keyboard ladder language layout-columns layout-dashboard
    layout-kanban layout-list leaf letter-case link list list-check list-numbers lock login logout mail mail-opened
    map map-pin math-function menu-2 message message-2 message-circle message-plus mood-smile moon music note notes
    number-123 package paperclip paw pencil pencil-bolt percentage phone phone-call phone-outgoing pizza plane plant
    plant-2 player-pause player-play player-skip-forward player-stop playlist-add plug plus point printer receipt
    receipt-refund refresh repeat report-money rocket rotate rotate-2 route sailboat school search select send
    settings share shield shield-check shield-lock ship shopping-bag shopping-cart sitemap sort-ascending
    sort-descending sparkles speakerphone stack-2 stairs-up star stethoscope sun sun-moon switch-horizontal table
    table-import tag target thumb-down ticket timeline-event toggle-left tool tools-kitchen-2 trash tree trees
    trending-down trending-up trophy truck truck-delivery upload user user-check user-circle user-plus user-question
    user-share users users-group users-plus walk wallet webhook world x zoom-question
"""

ICONS: tuple[str, ...] = tuple(_NAMES.split())

_KNOWN = frozenset(ICONS)


@cache
def icon(name: str, *, label: str = "", kind: str = "") -> SafeString:
    """An icon as SVG. Without a label it is decoration and hidden from readers; an unknown name becomes a point."""
    shown = name if name in _KNOWN else "point"
    classes = f"icon {kind}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
            classes,
            label,
            static(SPRITE),
            shown,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        classes,
        static(SPRITE),
        shown,
    )
