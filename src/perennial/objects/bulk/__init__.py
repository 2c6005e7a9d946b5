"""Changing, deleting and taking back many records at once, in the background.

Words: what is *chosen* is a list of ids, or all that a filter and a search find, which are asked again with the rights
of whoever started it when it runs; a *change* says what becomes of one field; a *bulk* is one such work, its row keeps
how far it is; what was *refused* is kept record by record, with the sentence.

Invariants: all of it is one run (`objects_run`), so that it is undone as a whole; a batch is a transaction that moves
the position too, so that a worker killed at any moment goes on where it was; every batch goes through `writing`, which
means its checks, its change log and the slots of the kind.
"""
