"""How well it goes: numbers that are defined once and counted the same wherever they are shown.

Words: a *metric* is an expression over records or events, with its *dimensions* and a *grain* of time, under a version;
a *reading* is its value for one period and one combination of dimensions.

Invariants: a metric is defined once and compiled by the machinery of conditions; every reading can be asked
as of a day.
"""
