"""What the worker must know of: the loop of live work, declared by being imported."""

from __future__ import annotations

from perennial.lifecycle import live

__all__ = ["live"]
