"""Whom only purchases are known of: whether they are still customers, when they will buy again, and for how much.

A shop's customers never say that they leave; they fall silent. Two small models of the literature read from each one's
own rhythm how silent is too silent: BG/NBD (Fader, Hardie and Lee 2005, "Counting your customers" the easy way) for
when and how often, gamma-gamma (Fader and Hardie 2013) for how much. Six numbers describe a whole shop; they are learnt
in seconds, and fewer than a hundred customers are enough.

Words: a *history* is what both models know of a customer (how many repeat purchases, when the last, how long known, the
mean amount); *alive* is who has not silently left; *worth* is what somebody will pay within a horizon.
"""
