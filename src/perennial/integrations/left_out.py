"""What an archive of everything does not hold of this room."""

from __future__ import annotations

from perennial.objects.everything.layout import leave_out

leave_out("integrations_receiver", "where this installation sends to, with its secrets: another must not begin to")
