"""What of this room no archive of everything holds."""

from __future__ import annotations

from perennial.objects.everything.layout import leave_out

leave_out("server_loopstate", "how the loops are doing here")
