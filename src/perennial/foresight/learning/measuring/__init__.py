"""How good probabilities and numbers are, measured on rows that were not learnt from, each with its interval.

marks      the figures themselves, with weights, so that an interval is the same sum with other weights
intervals  by drawing the rows anew
curves     what was said beside what came: calibration and tenths
parts      the same by month and by group
"""
