"""Who the customers are, and the work around them.

Words: a *customer* is a person or a company, one row either way; a person may belong to a company, and what they do
counts for it too (*roll-up*). Events arrive for a *profile*: a visitor (`anonymous`), a known user (`user`) or the
record itself (`record`, made with it). An *identity* (an anonymous id, a user id, an e-mail address, an external id)
belongs to one profile; a profile belongs to one customer or, as yet, to none. *Qualification* says how far we are with
somebody who has not bought; *stage* and *standing* come from `lifecycle`. *Consent* is given per purpose and channel
and kept with its proof. A *task*, a *note* and a *call* are the work around a customer.

Invariants: an identity belongs to one profile, and once a profile has a customer only a merge or its undo moves it; so
identifying and merging never rewrite events. Two identified people are never merged by machine. A merged customer
keeps its row, hidden, and points to the one it went into; a merge can be undone, also after later events. Consent rows
are only added, and the latest counts. Erasing a person is the one operation that rewrites the logs.
"""
