"""Sharing single records, and why somebody sees one.

A *share* lets one user or one team see a record, or see and change it, for good or until a moment. It widens which
records a role's right to see or change reaches, and gives no right that the role does not have; deleting and exporting
stay with the role. What hangs on a record (`Through`) is shared with it.

Files: models (the row), reading (what is shared with an actor, for `access`), giving (sharing and taking back), seeing
(who sees a record, and why).
"""
