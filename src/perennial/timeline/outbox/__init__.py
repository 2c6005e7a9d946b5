"""What leaves the house: written down with its effect, sent at most once, and never lost without a word.

    put([NewDelivery(key=f"{run.cause}:{record_id}", way="integrations.webhook", lane="webhook:7", payload=…)])

A *delivery* is one request to somebody outside, under a key that is unique for ever; it is put into the outbox in the
transaction of the effect that it belongs to, so that there is one exactly if there is the effect. A *way* is how
deliveries go out (a webhook, later mail and SMS); a *lane* is where one goes, and lanes do not wait for each other.

A delivery is *claimed* by a conditional update that is committed before the request goes out. From then on it is sent
by whoever claimed it or by nobody: what a crash or a silent receiver left open is *in doubt*, and shown, not sent
again. A person may send it again, with the same key, by which the receiver knows it. Only what has certainly not left
the house (no such name, nobody listens, TLS refused) is tried again by itself.

`ways` is the contract, `keeping` the rows, `sending` the worker's turn, `reading` what pages show and people do.
"""
