"""What an automation is: a frozen, typed, versioned tree of a trigger and steps, and its JSON.

Words: a *definition* is the whole tree; a *step* has a key that is its own within the definition and stays through
versions (people are moved between versions by it); a *way* is a list of steps below a step ("then", "otherwise").
Every kind of step and of trigger stands in a file of its own in `steps` and `triggers` and is registered by its word.

Invariants: what comes from outside is measured before it is read, read strictly, and checked against what its
author may see and do; a fault names the step and the cure.
"""
