"""The pages of plays: all of them, one with its people, its power and its effect, and what is done about it there."""
