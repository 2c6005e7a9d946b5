"""Any file as a typed table: how a column is read is guessed once, kept with the model, and followed ever after.

blanks   words that mean nothing was said
numbers  amounts as people write them
dates    days and times in the order that the column's own values allow
columns  what a column of text is, and its values by that
files    the text of a file, in order, every row
"""
