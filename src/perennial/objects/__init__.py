"""What things are: one frozen declaration gives an object its list, page, forms, search, history, API and import.

Words: an *object type* declares a kind of record; a *field* is a key plus a field type; a *fact* is a named value
computed over events and records; an *action* does something to a set of records; a *panel* shows something on a
record's page; a *need* says that someone needs someone today; a *run* is one execution of an action.

Invariants: records are obtained through `query` with an actor, never otherwise; absent and forbidden look the same;
all writes go through actions, each in one transaction with its change-log rows and its events; no interpreter here
knows a domain; what is declared in code is never copied into a table.
"""
