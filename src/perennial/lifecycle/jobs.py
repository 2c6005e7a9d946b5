"""What the worker must know of: the loops of live work, declared by being imported."""

from __future__ import annotations

from perennial.lifecycle import live, overdue

__all__ = ["live", "overdue"]
