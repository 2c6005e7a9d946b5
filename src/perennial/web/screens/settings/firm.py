"""The firm: its name, currency, time zone, language, whom it sells to and how."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

import pycountry
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from perennial.foundation import clock
from perennial.web.kit.pages import Input
from perennial.web.screens.settings.frame import allowed, log_setting, settings_page
from perennial.web.shell import LANGUAGE_NAMES
from perennial.workspace.firm import forget_firm, the_firm
from perennial.workspace.models import Firm

FIELDS = ("name", "currency", "timezone", "language", "sells_to", "sells")


def firm(request: HttpRequest) -> HttpResponse:
    by = allowed(request, "settings.manage")
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = save_firm(request.POST, by_name=by.log_name)
        if not errors:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect("/settings/firm/")
    return settings_page(
        request, "web/settings/form.html", heading=_("Your firm"), status=422 if errors else 200,
        context={"action": request.path, "quiet": [],
                 "sections": [{"label": "", "text": "", "inputs": firm_inputs(request.POST, errors)}]})  # fmt: skip


def save_firm(sent: QueryDict, *, by_name: str) -> dict[str, str]:
    """Keep what was sent; {field: sentence} for what cannot be used, and then nothing is kept."""
    values = {key: sent.get(key, "").replace("\x00", "").strip() for key in FIELDS}
    errors = {key: _("Choose one of the list.") for key, known in _known().items() if values[key] not in known}
    if not values["name"]:
        errors["name"] = _("Say what your firm is called.")
    if errors:
        return errors
    values["name"] = values["name"][:200]
    with transaction.atomic():
        old = the_firm()
        changed = {key: [_value(old, key), value] for key, value in values.items() if _value(old, key) != value}
        Firm.objects.update_or_create(pk=1, defaults={**values, "set_up_at": old.set_up_at or clock.real_now()})
        if changed:
            log_setting(by_name, "firm.update", 1, changed)
    forget_firm()
    return {}


def firm_inputs(sent: QueryDict, errors: dict[str, str]) -> list[Input]:
    present = the_firm()
    values: dict[str, Any] = {key: sent.get(key, _value(present, key)) for key in FIELDS}
    options = {key: list(known.items()) for key, known in _known().items()}
    labels = {"currency": _("Currency"), "timezone": _("Time zone"), "language": _("Language"),
              "sells_to": _("Whom do you sell to?"), "sells": _("How do you sell?")}  # fmt: skip
    return [
        Input("name", _("Name of the firm"), value=sent.get("name", present.name if present.set_up_at else ""),
              is_required=True, error=errors.get("name", ""), autocomplete="organization", is_whole=True),
        *(Input(key, label, "cards" if key.startswith("sells") else "choice", values[key], options=options[key],
                is_required=True, error=errors.get(key, "")) for key, label in labels.items()),
    ]  # fmt: skip


def _known() -> dict[str, dict[str, Any]]:
    zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    currencies = sorted(pycountry.currencies, key=lambda each: each.alpha_3)
    return {
        "currency": {each.alpha_3: f"{each.alpha_3} · {each.name}" for each in currencies},
        "timezone": {"UTC": "UTC", **{zone: zone.replace("_", " ") for zone in zones}},
        "language": {code: LANGUAGE_NAMES.get(code, str(name)) for code, name in settings.LANGUAGES},
        "sells_to": dict(Firm.SellsTo.choices), "sells": dict(Firm.Sells.choices),
    }  # fmt: skip


def _value(firm: Firm, key: str) -> str:
    return str(firm.__dict__[key])
