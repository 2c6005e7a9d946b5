"""Events that nobody declared: what websites and apps call by names of their own, with properties of their own.

Words: a type is *observed* when an event of it arrived that no room declares; its properties are known by the JSON of
the events, each of one kind, guessed once from the first values and kept, because columns of the lake are made of it.

The lake's exporter, which sees every event, notes what is new (`noting`); `types` answers for declared and observed
types alike; `hiding` is for people. A client that makes up names without end fills the bounded list of its own key and
no more: what other keys send is noted all the same. Where a list is full, a type of the same key that nobody has sent
for two months makes room: it is hidden, not forgotten, so that whatever names it goes on, and comes back when it is
sent again.
"""
