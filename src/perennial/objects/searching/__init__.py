"""One box that finds any record: by a part of its name, mail, number or text, in any script, with a letter wrong.

Words: a *way* is one means of finding (the newest rows, names in their order, the trigrams); a *hit* is a record found
and allowed, with what to show of it; *near* is what was found although something is misspelt.

Invariants: each way asks for what the actor may see, and looks only into fields that they may read. The quick ways
come first: what half of all records contain is answered from the newest of them and never collected.
"""

from perennial.objects.searching.finding import Hit, find, searched_kinds
from perennial.objects.searching.marks import pieces, words_of
from perennial.objects.searching.talk import find_comments

__all__ = ["Hit", "find", "find_comments", "pieces", "searched_kinds", "words_of"]
