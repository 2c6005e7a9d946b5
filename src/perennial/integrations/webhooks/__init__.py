"""Calling a webhook: a record leaves the house, signed after the Standard Webhooks specification.

`receivers` makes and changes where things go, `calling` is the action that puts deliveries into the outbox, `body` says
what is in them, `sending` is how they go out, `pages` shows what became of them.
"""
