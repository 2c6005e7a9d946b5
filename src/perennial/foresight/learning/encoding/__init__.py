"""Typed columns as numbers that can be learnt from: wide and scaled for the linear model, plain for the trees.

A *coding* is how one column is turned, found once from the rows that are learnt from and kept with the model. It looks
at the columns alone, never at the outcome.
"""
