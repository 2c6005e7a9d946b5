"""The engines that read the lake: DuckDB within the process, or a cluster of Spark when one machine is outgrown.

`LAKE_ENGINE` says which. Both stand behind one protocol (`contract.Engine`): they show the tables of the lake, all of
one instant, from the very Parquet files that the Delta log names, and answer Ibis expressions over them. Whoever asks
by such an expression (`lake.records`, and everything built on it) need not know which engine answers.

Words: a table is *shown* when expressions can name it; a *log* shows its rows as they are, a *watched* table its
current ones.

Invariants: an expression means the same on every engine, to the last decimal and letter (one property test holds all of
them to a plain reference, `conditions/tests`); nothing is downloaded; text of users reaches an engine only as a literal
that Ibis wrote. To add an engine: write the protocol's few functions in a file of its own, name it in `reader.py`, and
add it to that test.

What asks in DuckDB's own SQL stays with DuckDB, whatever the setting: writing and compacting (`exporting`, `upkeep`)
and finding duplicates work on what fits one machine.
"""
