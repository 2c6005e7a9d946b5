"""What of this room no archive of everything holds: how far live work has come in one database."""

from __future__ import annotations

from perennial.objects.everything.layout import leave_out

leave_out("rules_touched", "what live work has still to look at")
leave_out("rules_mark", "which tables live work listens to; it is found again from the segments")
leave_out("rules_passing", "up to when the passing of time has been followed")
