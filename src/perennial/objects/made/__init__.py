"""Fields and kinds of things that users make, without code: told by rows, and nothing downstream can tell.

Words: a *definition* is the row; the *catalogue* turns definitions into declarations and puts them among those of the
code (`object_types`), in every process, without a restart; *retired* is what is hidden and can come back.

Invariants: a key is given once and never again means another type in that table, not even after it was retired;
renaming changes labels, never keys; every change of a definition stands in the change log.
"""
