"""What happened: the two append-only logs that are the truth, and what they tell the users.

Words: an *event* is what customers and teams did, *observed* or *derived*; a *change* is what changed in a record or
in the configuration; a *consumer* reads a log in commit order from where it stopped; a *notification* tells one
user something.

Invariants: rows are appended, never updated (erasing a person is the one exception); `occurred_at` is when it took
effect, `known_at` when we learnt it; every query carries `occurred_at`, by which events are partitioned; a consumer
never sees past the oldest transaction still running, so a slow transaction is never skipped.
"""
