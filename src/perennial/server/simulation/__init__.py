"""A firm whose truth is known: why people buy, leave and complain, and what a discount really changes.

`perennial simulate` draws lives from a small declared model (`model`), tells them as records and events (`people`,
`purchases`, `behaviour`) and loads them as sets (`loading`). What nobody in a real firm can know goes beside the lake,
into `truth/` (`truth`): predictions and experiments are judged by it later.

Words: a *life* is what one simulated person does, from arriving to leaving; a *habit* order is one they would place
anyway; a *campaign* offers a discount to a random half of those it may reach, the *treated*; an *answer* is how
somebody takes a discount (persuadable, sure, lost cause, sleeping dog); *uplift* is the orders more (or fewer) within
a campaign's window because of it, in expectation.

Invariants: the same people, events, companies, seed and end give the same firm, to the last event's id; the truth is
never written into the tables of the product; a load is one transaction, so that a kill leaves nothing of it.
"""
