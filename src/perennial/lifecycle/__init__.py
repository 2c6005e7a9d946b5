"""Where each customer is on the way with us, and how they stand against their own habit.

Words: the *stage* is the highest of five (reach, acquisition, conversion, retention, loyalty) whose rule holds; the
*standing* says whether a customer who has bought is *active*, has gone *quiet*, has *lapsed* or was *won back*; an
*occasion* is a day, in the firm's time zone, with an order; the *rhythm* is a customer's usual gap between occasions
and its spread; a *definition* is the ordered rules of the stages and the numbers of the rhythm, under a version; a
*transition* is an instant at which stage or standing became another, with its *reason*; a *flip* is an instant at
which the passing of time alone will change something.

Rhythm. Quiet is measured against the customer's own habit, after the idea of BG/NBD (Fader, Hardie & Lee, "Counting
Your Customers the Easy Way", Marketing Science 24(2), 2005): recency says little by itself and much beside one's own
rate. No model is fitted yet. Each customer is treated as though they had made one earlier gap of the firm's prior
length and spread, so that a first order has a rhythm already and a few gaps are not over-read: with n own gaps
    usual = (prior + Σ gap) / (1 + n)      spread² = (prior² + prior spread² + Σ gap²) / (1 + n) − usual²
Somebody silent for `usual + 2 spread` days (rounded up, at least 14) is quiet, for twice as long lapsed. An order
after quiet makes them active again; after lapsed, won back until the next occasion.

Invariants: stage and standing are a function of the two logs and the records up to an instant, computed by one
statement (`history`), whoever asks: live, sweep, rebuild or a question about the past. A stage never falls by silence;
it falls when the facts change (an order taken back or deleted, a fact that came late). A return is no purchase; an
order that a return of exactly its total took back within 90 days stops counting from that return on. State may be
deleted and rebuilt; events that told of a transition are never deleted.
"""
