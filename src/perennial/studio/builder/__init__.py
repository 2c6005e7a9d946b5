"""The builder: one component that shows and edits a rule, wherever a page needs one.

    {% include "studio/builder/_rule.html" %}     in a form, with `drawing.drawn_rule(tree, subject)` as "rule"
    rule = rule_sent(request.POST, subject)       what that form sent: checked, or `Invalid` with a sentence

A `Subject` says what the rule is about, and names it where a form holds several.

The page holds the whole tree (as JSON in a hidden field, "tree") and every input of every clause (named after its way
in the tree); each step posts all of it and is answered with the component again. Nothing is kept here between steps.

Words: a *way* leads to a node: numbers of children, and "where" for what a clause asks of its events or related
records; an *offer* is something that a clause can be about.
"""
