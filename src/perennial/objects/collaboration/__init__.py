"""People who work on the same record: what they say to each other about it, and how they hear of it.

Words: a *comment* is said about a record of any kind, and a *mention* in it ("@Ben") calls somebody; a *follower* is
told of changes and comments; a *favourite* is kept at hand; *viewed* is what one looked at last; the *digest* is the
mail in which notifications come, at once or once a day.

Invariants: a comment is seen by those who see its record, and by nobody else, asked anew each time; nobody is told
anything about a record that they may not see; nobody is told what they did themselves.
"""
