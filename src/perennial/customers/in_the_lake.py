"""What the lake keeps of this room beside its records: which profile is whose, so that events find their customer."""

from __future__ import annotations

from perennial.lake.registry import register_table

register_table("profile", "customers_profile", ("id", "kind", "customer_id", "created_at"), xid_column="xid")
register_table("consent", "customers_consent", ("id", "customer_id", "purpose", "channel", "state", "at"))
