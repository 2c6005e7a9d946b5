"""Learning from a file and scoring another, without a server or a database.

asking    what is asked of a file: which column is the outcome, which value of it, which column is the time
teaching  a file as a dataset, and what was learnt of it
model     what was learnt together with how each column is read, so that another file is read in the same way
scoring   a chance a row, in order, with the reasons beside it
keeping   models by name in a folder
"""
