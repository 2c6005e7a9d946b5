"""The plain form: conditions as people type them, read to the same tree as the exact form.

    stage = retention and orders in last 90 days >= 2 and not open tasks

Names are keys or labels, values need no quotes, related records and events go by their everyday names, and the named
filters of a kind are adjectives of its records. What can be read in two ways is refused with both; what is unknown,
with what is nearest. `reading.parse_any` reads both forms; `suggesting.suggest` says what may come next.

The exact form (`conditions.text`) stays what is kept and sent: see docs/decisions/two-forms-of-text.md.

Files: lexing (words), names (what the schema's things are called), place (where the reading stands, and what it would
have liked to find there), values, tests_of (comparisons), counting (how often, when), clauses and reading (the form).
"""
