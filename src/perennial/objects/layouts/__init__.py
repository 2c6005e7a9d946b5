"""How a record's page and form are laid out: fields in sections, panels and tabs in an order, for everybody or a role.

Words: a *layout* belongs to a kind, and to one role or to everybody; a *part* of it is the form, the details of the
page, or the panels; what is *left out* is not shown there, and loses nothing.

Invariants: without a layout a page is as its kind declares it. A layout names only what it knows: a field that is made
later stands at the end, and one that is retired is passed over. A layout arranges; it gives no right and takes none,
and a field that must be filled in cannot be left out of a form.
"""
