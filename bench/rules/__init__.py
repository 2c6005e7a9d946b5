"""Forty questions about a million customers, each beside the same question written by hand for DuckDB.

`corpus/` holds one file for each: its first line is the rule in text form, the rest the SQL of somebody who knows
DuckDB and the files. Both read the same Parquet files, with a tail of fresh ones that nothing has joined yet. In the
SQL `people`, `companies`, `orders`, `order_facts`, `lifecycle` show current rows, `events` and `changes` are the
logs, `whose` says which record a profile belongs to, `asked()` is the instant that both are asked for, and
`months_ago(3)` an instant by the calendar before it.
"""
