"""Whom only purchases are known of: when they will buy again, how often, and for how much."""
