"""Views: how somebody wants to see the records of a kind, under a name, for themselves or for others.

Words: a *spec* says what is shown and how (layout, columns, order, filter, groups, lanes, day); a *view* is a spec that
was saved under a name, for one person, for teams, or for everybody, and may be what a role sees first; a *lane* is one
value of a field with the records that have it, on a board or as a group of a table; a *total* is a sum or average.

Invariants: a view is an address that can be shared, and shows each reader only what they may see; who may not see a
view does not learn that it is there; what a spec names and is there no more is left out, but a filter is never left out
in silence; each change of a view stands in the change log; a page of lanes is one statement, however many there are.
"""
