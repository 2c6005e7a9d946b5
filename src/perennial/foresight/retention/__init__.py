"""What leaving costs: one page that says in one look how much money is at stake, with whom, and how far that is true.

Money *at stake* is what customers would spend within the horizon if they stayed, times the probability that they do not
order; money *lost* is what those who lapsed in the last twelve months had spent in the year up to their latest order.
Both are sums over the customers whom the reader may see, by facts that every list can show as well.
"""
