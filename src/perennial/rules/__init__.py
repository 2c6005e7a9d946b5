"""When it matters: segments, and the answer to "who is in, since when, and why?", live and for any day of the past.

Words: a *segment* is a rule over the records of one kind, under a version; a *member* is a record for which it holds; a
*stay* is the time between entering and leaving. Entering and leaving are derived events.

Invariants: a membership is a function of the two logs and the records up to an instant; state may be rebuilt, what was
told is never deleted.
"""
