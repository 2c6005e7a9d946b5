"""The list of a kind in its layouts: table, groups, board, calendar, beside each other; and saving it as a view.

The address says everything: `?view=<id>` names a saved view, every other part of it is a change that is not saved yet.
So any list, changed or not, is a link that somebody else can open, and shows them what they may see.
"""
