"""Importing orders, one line a row: reading the rows, judging them, and writing whole orders set-based.

codes     which stock codes are charges and not goods
reasons   why a row was skipped, or kept with a remark
reading   a row of text becomes a line, or the reason why not
drafts    lines become orders; the same line twice on an order is found
writing   orders, lines, customers, products, events, facts and the change log, a batch in a few statements
kind      what the import page and the command line offer

Invariant: a line is written once. Its fingerprint is what it says; so a batch that runs twice, a file that is imported
twice and a file in any order all end in the same orders.
"""
