"""What of this room no archive of everything holds."""

from __future__ import annotations

from perennial.objects.everything.layout import leave_out

leave_out("customers_received", "message ids of the last days, by which a delivery that is repeated is dropped")
