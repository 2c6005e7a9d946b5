"""Metrics: all numbers of the house with how they went, the page of one, and numbers that users make.

Words as in `metrics`. Values are asked of the lake after a page is there, for several metrics in one request.
"""
