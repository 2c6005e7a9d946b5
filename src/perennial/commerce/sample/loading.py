"""Loading the sample: a firm as it is in the data, and the import of its orders in the queue."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perennial.commerce.models import Order
from perennial.commerce.order_lines.codes import DEFAULT_CODES
from perennial.commerce.order_lines.kind import KEY
from perennial.foundation import clock
from perennial.foundation.errors import Conflict
from perennial.objects.importing import uploads
from perennial.objects.models import Import
from perennial.workspace.actor import SYSTEM, Actor
from perennial.workspace.firm import forget_firm
from perennial.workspace.models import Firm

FILE = "online_retail.parquet"
ZONE = "Europe/London"
ENDS = datetime(2011, 12, 9, 12, 50, tzinfo=ZoneInfo(ZONE))  # the date of the last line
# "Next Day Carriage" has a number like goods have.
CODES = f"{DEFAULT_CODES}shipping: 23444\n"


def start_sample(*, by: Actor = SYSTEM) -> Import:
    """Set the firm up as the sample's where nobody did, and put the import in the queue; twice does nothing twice.

    Refused in a firm that has orders of its own: the sample would hide among them, and move their clock.
    """
    with transaction.atomic():
        found = Import.objects.filter(kind=KEY, is_sample=True).exclude(status=Import.Status.CANCELLED).first()
        firm = Firm.objects.select_for_update().filter(pk=1).first()
        if found is not None and firm is not None and firm.has_sample:
            return found
        if Order.objects.filter(is_sample=False).exists():
            raise Conflict(_("This firm has orders of its own. The sample is for an empty one."))
        _set_up(firm)
        importing = uploads.take_path(KEY, sample_path(), by=by, is_sample=True)
        importing.options["codes"] = CODES
        return uploads.start(importing, by=by)


def sample_path() -> Path:
    return Path(settings.SAMPLE_FOLDER) / FILE


def _set_up(firm: Firm | None) -> None:
    """The business clock stands at the end of the data, and goes on from there."""
    now = clock.real_now()
    if firm is None:
        firm = Firm(pk=1, name="Online Retail")
    if firm.set_up_at is None or firm.name == "":
        firm.set_up_at, firm.sells_to, firm.sells = now, Firm.SellsTo.FIRMS, Firm.Sells.SHOP
    firm.currency, firm.timezone = "GBP", ZONE
    if not firm.has_sample or not firm.clock_offset_seconds:
        firm.clock_offset_seconds = int((now - ENDS).total_seconds())
    firm.has_sample = True
    firm.save()
    forget_firm()
