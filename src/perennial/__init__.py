"""Perennial grows customers for life: one customer, one timeline, one set of goals, through five stages.

The rooms of the house, from the ground up: foundation, workspace, timeline, conditions, objects, lake, web and rest,
customers, commerce, lifecycle and foresight, studio and integrations, server. Imports point down only.
`ARCHITECTURE.md` is the tour.
"""
