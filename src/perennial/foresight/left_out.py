"""What of this room no archive of everything holds: what is computed again from what it does hold."""

from __future__ import annotations

from perennial.objects.everything.layout import leave_out

leave_out("foresight_expected", "what is expected of customers; it is computed again from their orders")
leave_out("foresight_leaving", "who is likely to leave; everybody is scored again")
leave_out("foresight_conversion", "who is likely to become a customer; everybody is scored again")
