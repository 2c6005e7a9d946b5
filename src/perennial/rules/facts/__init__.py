"""Facts that users make: a number, a date or a word about a record, computed from events, related records or a formula.

Words: a *definition* is the row that says what is asked; a *version* is how it stood from when; the *values* of a fact
stand in a table of its own, one row a record, with the instant at which time alone will change it (its *flip*); a
record is *owed* to a fact when something it rests on was written, and paid when its value was computed anew.

How it is kept: events are read from the log; for records, triggers on the tables that the fact rests on leave what they
touched, whoever wrote and however; what time changes is found by its flip. A definition that is new or changed is
computed for everybody by one statement in the background (it is *filling*), and what is touched meanwhile stays owed.

Invariants: a value is a function of the log, the records and the instant; the values may be deleted and filled again;
a fact's key and type never change; whoever may not read what a fact rests on does not read the fact.
"""
