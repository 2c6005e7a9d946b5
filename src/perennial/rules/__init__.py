"""When it matters: segments, and the answer to "who is in, since when, and why?", live and for any day of the past.

Words: a *segment* is a rule over the records of one kind, under a *version* (dynamic), or a list kept by hand (static);
a *member* is a record for which the rule holds; a *stay* is the time between entering and leaving. What an event or a
change may have altered is *touched*; a *wake* says what touches a rule's records, a *crossing* what time alone does. A
*sweep* looks at everybody, by the database or, where they are many, by the lake (`everybody`).

Live work (`live`) reads both logs from where it stopped, notes of tables behind facts (`watching`) and the passing of
time (`passing`); an index (`index`) says which rules that can alter; each is asked once for the whole batch
(`evaluating`); what differs is written as stays and told as derived events (`staying`), in the same transaction. A
segment within a segment is looked at after it in the same turn, because entering the inner one touches the outer one.

Invariants: the house asks, not a person: a rule sees everything, but its members are shown to somebody only through
`objects.query`. A membership is a function of the two logs and the records up to an instant; `rebuild --check` compares
it with a fresh evaluation. What was told is never deleted. The first filling of a segment is not told, because nobody
has entered then: they were in it when it got its name.
"""
