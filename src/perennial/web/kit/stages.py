"""How the five stages and the standings look and are called. Their meaning is decided in `lifecycle`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

STAGES: dict[str, str | Promise] = {
    "reach": pgettext_lazy("stage", "Reach"),
    "acquisition": pgettext_lazy("stage", "Acquisition"),
    "conversion": pgettext_lazy("stage", "Conversion"),
    "retention": pgettext_lazy("stage", "Retention"),
    "loyalty": pgettext_lazy("stage", "Loyalty"),
}

STANDINGS: dict[str, str | Promise] = {
    "active": pgettext_lazy("standing", "active"),
    "quiet": pgettext_lazy("standing", "quiet"),
    "lapsed": pgettext_lazy("standing", "lapsed"),
    "won_back": pgettext_lazy("standing", "won back"),
}

STANDING_TONES = {"active": "", "quiet": "warn", "lapsed": "outline", "won_back": "accent"}
