"""Training sets from the lake as of past instants, versions of models, and the scores of everybody as facts."""
