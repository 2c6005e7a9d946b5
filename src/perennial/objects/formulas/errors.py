"""What is wrong with a formula, where, and what to do."""

from __future__ import annotations

from perennial.foundation.errors import Text


class FormulaError(ValueError):
    """`position` counts letters from 1."""

    def __init__(self, sentence: Text, position: int = 0) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.position = position
