"""The whole deployment as one archive that anybody can read and a fresh deployment can load.

Words: the *archive* is a zip of Parquet files, one a table, with the files that records hold and a *manifest* that says
what is in it, of which versions, and how to tell that it is whole; what belongs to one installation alone (its queue,
its sessions, its positions in the logs) is *left out*; a *secret* is a column that no archive holds.

Invariants: one snapshot of the database, so that no table knows more than another; every row of every other table;
nothing in it depends on the version of PostgreSQL; a table that nobody has thought of is in it, not left out.
"""
