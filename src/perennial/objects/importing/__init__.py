"""Files become records: any kind's own, or what a room says how to read (an order's lines).

kinds     the `ImportKind` contract and its registry; every object type has a generic kind without asking
mapping   which column of a file is which field, guessed from the headings
sniffing  what a file is: encoding, delimiter, compression, headings; and what is refused
reading   its rows, from any position, as text
registry  all kinds there are, for an actor
records   the generic kind: create, update or both, by another system's id or by e-mail
naming    names in cells become records, users and teams
uploads   taking a file in, choosing how to read it, starting, cancelling, taking an import back
working   the job: a batch a transaction, which moves the position too, so that a kill repeats nothing
skipped   the rows that were not written, as a file to correct and import again

Invariant: every row of the file is written, skipped with a reason, or still to come; nothing is lost in between.
"""
