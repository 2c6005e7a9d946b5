"""Programs of others, and how the house speaks to them.

Words: a *receiver* is an address outside that is sent records, signed with a secret of its own (a webhook); a
*delivery* is one request to it, kept in the outbox of `timeline` with what came back.

Invariants: nothing leaves but through `foundation.outbound`, which refuses addresses inside the house; a record leaves
only for whoever may export it, with the fields that they may see; a delivery goes out at most once by itself, and what
nobody can know is shown as in doubt.

`webhooks` holds receivers, the action that calls them, and their pages.
"""
