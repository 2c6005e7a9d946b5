"""The ground under every room: a closed list of small modules that know nothing of customers.

clock     the two clocks: the business clock that customers live by, the real one that sessions and jobs use
money     an amount with its currency, and how it is rounded and written
ids       UUIDv7 for events
errors    what a rule says when it refuses
text      folding, sort keys and trigrams, so that names order and are found alike on every server
sql       set-based reading and writing where the ORM would go row by row
database  Django's PostgreSQL backend, quicker for many small requests
jobs      background work: batches on a PostgreSQL queue, and the endless loops of the worker
libraries heavy libraries of others, loaded by whoever first asks something of them
outbound  HTTP to the outside, guarded: the only way in which an address that somebody typed is asked
crypto    keys, their hashes, signed tokens, and secrets encrypted at rest

A module is added here only when two rooms that may not import each other need it.
"""
