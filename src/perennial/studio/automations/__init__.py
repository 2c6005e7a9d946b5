"""/automations/: building what happens by itself, trying it on one person, and looking after those on their way.

Words as in `automation`. The page of an automation is its *flow*: a *card* for each part and step, with its sentence,
its faults and how many stand there; a *spot* is a place in a list of steps where one can be put.

Each change is made in the draft at once, under the version that it was made from, so that nothing is lost and two
people do not overwrite each other; what is published stays as it is until somebody publishes again.
"""
