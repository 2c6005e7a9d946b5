"""Looking at a table before anything is learnt from it: what cannot be used, what must not be, and why.

finding   one thing found, with its sentence
alone     what each column tells of the outcome by itself
words     what a heading betrays
leaks     columns that know the outcome already
usable    constants, names and numbers of rows
outcomes  whether there are outcomes enough
checking  all of it in order
"""
