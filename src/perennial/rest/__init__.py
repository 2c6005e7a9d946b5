"""The programs' door: a JSON API over every object type, described by an OpenAPI 3.1 document that is true.

Words: a *resource* is what a path names ("people"); a *problem* is an error as RFC 9457 writes it; a *cursor* goes
on where a list stopped; an *Idempotency-Key* makes a repeated write give the first answer again; a *shape* is what of
a record is asked for; the *feed* is what became of records, in the order of commits.

Invariants: every request carries a key (Bearer) and acts with that key's role; records come from `objects.query` and
are written by `objects.writing`, as everywhere; this room knows no domain: resources that are not object types are
declared into it (`declare_endpoint`); the description (`openapi`, `operations`, `background`) is written from the same
declarations at the moment it is asked for; requests of the API pass by all that only pages need (`door`).
"""
