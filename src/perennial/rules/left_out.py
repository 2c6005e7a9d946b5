"""What of this room no archive of everything holds: how far live work has come in one database."""

from __future__ import annotations

from perennial.objects.everything.layout import leave_out

leave_out("rules_touched", "what live work has still to look at")
leave_out("rules_mark", "which tables live work listens to; it is found again from the segments")
leave_out("rules_passing", "up to when the passing of time has been followed")
leave_out("rules_fact_owed", "records whose facts are computed in a moment")
leave_out("rules_factvalues_", "the values of facts that users made; they are computed again from the definitions")
