"""What of this room no archive of everything holds: it tells of one lake alone."""

from __future__ import annotations

from perennial.objects.everything.layout import leave_out

leave_out("lake_progress", "how far this lake was written; a new one is written from the logs")
leave_out("lake_touched", "what is still to be brought to this lake, or taken out of it")
leave_out("lake_erasure", "what is still to be erased in this lake")
