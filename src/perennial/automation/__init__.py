"""Rules and actions over time: what happens by itself, to whom, when, and why.

Words: an *automation* is a trigger and a flow of steps, under a version; a *run* is one record on its way through;
a *step* is an action, a branch, a wait, a loop, an approval or another flow. A step moves all who are due as one set.

Invariants: an effect inside the house happens exactly once for a run and a step, outside at most once,
through any kill.

`definition` says what an automation is, `steps` and `triggers` hold one kind a file, `running` moves records.
`defining` builds and publishes, `trial` tries out, `steering` takes a hand in a run, `starting` lets records in on
purpose, `reading` tells what a person may see.
"""
