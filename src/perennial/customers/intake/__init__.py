"""Events from outside, by the Segment HTTP tracking specification: `/v1/track`, `/v1/identify`, `/v1/batch` and so on.

Words: a *call* is one event as a client sends it (identify, track, page, screen, group, alias); a *key* lets a client
send; an event that cannot be stored is *refused*, alone, and kept in *quarantine*; a *group* is what one commit holds,
of any number of requests; a *device* is an anonymous id.

How it flows: `app` reads the request, `wire` takes it apart, `calls` checks each event, `gate` queues them and gives
them to `writer`, one thread with a database connection of its own, which drops what was `received` before, lets
`joining` find whose each event is, writes people and companies (`records`), and copies the events.

Invariants: a request is answered with success only after the commit that holds its events; a message id is stored
once for each key (remembered for two days at least); a refused event never costs another one its place; nothing is
asked of the database per event; two user ids never come to share a customer here, whatever is sent.
"""
