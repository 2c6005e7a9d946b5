"""Settings → Objects: what kinds of things there are, their fields, and what users make of both.

Words as in `objects.made`. Every page asks for the right to shape objects; to others it does not exist. A change shows
at once, in every list, form and address, so these pages only ever lead back to where one came from.
"""
