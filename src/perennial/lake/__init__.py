"""All events, changes, records and facts again, in open columnar tables that any engine can read.

PostgreSQL answers about one customer; the lake answers about all of them. Its tables are Delta Lake under `LAKE_URL`,
in a folder named after the database they come from. Import the module you need: those that load the engines
(`exporting`, `upkeep`, `reader`, `resolver`) cost sixty megabytes, so that a process which only asks how far the lake
is (`progress`), declares a table (`registry`) or has somebody forgotten (`erasure`) never pays for them.

Words: a *source* is a table of PostgreSQL that is exported, a log or *watched*; a *watch* makes every write to a table
leave its transaction's id on the row; a *position* is how far into a source the lake has come, and stands in the
commit of the Delta table itself; a *version* is a row of a watched table as it was at one export; a version is
*settled* when compaction found it to be the only one of its row.

Invariants: only rows of transactions older than the oldest one still running are taken, so a slow transaction is never
skipped; rows and position are one commit, so a kill loses and doubles nothing; there is one writer at a time; what was
erased from PostgreSQL is erased here, and never comes back.
"""
