"""What somebody reads who opens an archive without us."""

README = """\
# A Perennial deployment, whole

This archive holds every record, definition, view, setting and user (without passwords) of one deployment of Perennial,
and its two logs: everything that happened and everything that was changed.

manifest.json   what is here: tables with their columns and types, how many rows each has, digests, versions, and what
                the tables mean ("kinds": which table a kind of record stands in, and where each of its fields is)
tables/         one Parquet file a table, which every tool that reads Parquet opens (DuckDB, pandas, Spark, Power Query)
files/          files that records hold, under the names that the table objects_file gives them

Good to know
- Times are in UTC. Money has up to four decimals; a column `currency` beside it says of what, else it is the firm's
  (table workspace_firm).
- Columns of type "text" in the manifest whose `db_type` is jsonb hold JSON; arrays are written like {1,2,3}.
- `deleted_at` that is set hides a record; deleted records are here, so that deleting can still be undone.
- timeline_event is what customers and teams did, timeline_change what was written in records and definitions: a
  creation is the whole record, an update a map of field to [old, new].
- `is_waiting` in a log says that not everything had been made of the row yet that follows from it.
- customers_profile says which customer an event's profile_id belongs to.

An example with DuckDB:

    SELECT country, count(*), sum(worth) FROM 'tables/customers_customer.parquet'
    WHERE deleted_at IS NULL GROUP BY country ORDER BY 3 DESC;

To load it into an empty deployment of the same version:  perennial load <this file>
Passwords and keys are not in it: users choose a new password ("Forgotten?" on the sign-in page), keys are made anew.
"""
