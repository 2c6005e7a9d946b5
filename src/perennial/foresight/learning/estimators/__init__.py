"""What can be learnt: nothing but the rate, one column, a weighted sum of all, trees. Each is tried in this order.

An *estimator* is fitted on rows of coded columns and an outcome, tells scores on the scale of log-odds (or of the
number itself), how much each coded column adds to a score, and keeps itself as JSON.
"""
