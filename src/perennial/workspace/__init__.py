"""Who works here: the firm, its users, teams, roles and keys, and what each may do.

Words: a *user* is a person who signs in; a *role* says what its holders may do with each kind of object and how
far their reach goes; a *team* shares records; an *API key* acts with a role of its own; an *actor* is whoever is
acting now (a user, a key, the system), frozen for the length of a request or job.

Invariants: there is one firm a deployment; a key's secret is stored as a hash only; every deployment keeps at least
one active administrator; permissions are asked of the actor and enforced in the queries of `objects`, nowhere else.
"""
