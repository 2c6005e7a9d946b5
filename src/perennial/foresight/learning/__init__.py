"""Learning from a table: it knows features, an outcome and a time, and nothing of where they came from."""
