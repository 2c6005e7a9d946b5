"""The budgets, measured: each beside its yardstick from the same run, at full size and at a tenth of it.

`perennial bench` (`make bench`) runs all of it; `bench/run.py` is the order. Each measurement is a function of a file
named after what it measures; it takes a `Deployment` and gives back figures. It stands beside the package because a
deployment has no use for it, and because it asks from outside, as a browser or a program does.

Words: a *figure* is one measured number with its budget; its *yardstick* is the same work without us (a bare COPY into
the same indexed table, a bare query over the same index); the *ratio* of the two counts, absolute numbers only orient.
"""
