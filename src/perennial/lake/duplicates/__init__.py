"""Finding records that are the same, in one table or between two, with nothing but their values to go by.

`matching.find_pairs` takes tables of text and answers with pairs, each with a confidence and its reasons; the command
`perennial duplicates` and the sweep over the lake both call it. It knows no kind of record: columns are guessed.

Words: a *candidate* is a pair worth comparing, because its records share something rare; a *comparison* says how alike
two values are, by *levels*; *learning* finds how much each level weighs, from the candidates alone; a *confidence* is
the probability that a pair is the same. Splink and DuckDB are loaded by whoever imports `matching`, so only jobs and
commands may.

Invariants: the same tables give the same pairs; the number of candidates is bounded, however large the tables; nothing
here is tuned to a data set, and nothing is learnt from labels.
"""
