"""Building without code: the pages on which people make rules, segments, facts, metrics and automations.

Words: the *builder* shows a rule as nested groups of clauses and as one sentence; a *draft* is what nobody uses yet.

Invariants: whatever is built here is what the rooms below declare, so that pages, programs and files make the same.
"""
